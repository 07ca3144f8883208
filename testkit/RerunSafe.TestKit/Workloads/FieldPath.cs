using System.Linq.Expressions;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace RerunSafe.TestKit.Workloads;

/// <summary>Where a field stands in a JSON object: property names from the root inwards.</summary>
internal sealed class FieldPath(params string[] names) : IEquatable<FieldPath>
{
    public IReadOnlyList<string> Names { get; } = names;

    public JsonNode? Get(JsonObject root)
    {
        JsonNode? at = root;
        foreach (var name in Names)
            at = (at as JsonObject)?[name];
        return at;
    }

    public bool StartsWith(FieldPath other) =>
        Names.Count >= other.Names.Count && Names.Take(other.Names.Count).SequenceEqual(other.Names);

    public bool Equals(FieldPath? other) => other is not null && Names.SequenceEqual(other.Names);

    public override bool Equals(object? obj) => Equals(obj as FieldPath);

    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);

    public override string ToString() => string.Join('.', Names);

    /// <summary>
    /// The fields that a selector reads: one for <c>o => o.Id</c>, <c>f => f.GetProperty("id").GetString()</c> or
    /// <c>n => n["id"]</c>, several for <c>o => new { o.A, o.B }</c>, none for anything that computes.
    /// </summary>
    public static IReadOnlyList<FieldPath> ReadBy(LambdaExpression selector, JsonSerializerOptions options)
    {
        var body = Unconverted(selector.Body);
        var parts = body is NewExpression { Members: not null } made ? (IReadOnlyList<Expression>)made.Arguments : [body];
        var paths = new List<FieldPath>();
        foreach (var part in parts)
        {
            var names = new List<string>();
            if (!Collect(Unconverted(part), selector.Parameters[0], options, names) || names.Count == 0)
                return [];
            paths.Add(new FieldPath([.. names]));
        }

        return paths;
    }

    private static bool Collect(Expression at, ParameterExpression root, JsonSerializerOptions options, List<string> names)
    {
        switch (at)
        {
            case var _ when at == root:
                return true;
            case MemberExpression { Expression: { } owner } member:
                if (member.Member.Name == "Value" && Nullable.GetUnderlyingType(owner.Type) is not null)
                    return Collect(Unconverted(owner), root, options, names);
                if (!Collect(Unconverted(owner), root, options, names))
                    return false;
                if (JsonName(owner.Type, member.Member, options) is not { } name)
                    return false;
                names.Add(name);
                return true;
            case MethodCallExpression { Object: { } owner, Method.Name: "GetProperty" or "get_Item", Arguments: [ConstantExpression { Value: string constant }] }:
                if (!Collect(Unconverted(owner), root, options, names))
                    return false;
                names.Add(constant);
                return true;
            case MethodCallExpression { Object: { } owner, Arguments.Count: 0 } call
                when call.Method.Name.StartsWith("Get", StringComparison.Ordinal) && IsJson(owner.Type):
                return Collect(Unconverted(owner), root, options, names);
            default:
                return false;
        }
    }

    private static bool IsJson(Type type) => type == typeof(JsonElement) || typeof(JsonNode).IsAssignableFrom(type);

    private static string? JsonName(Type owner, MemberInfo member, JsonSerializerOptions options) =>
        options.GetTypeInfo(owner).Properties.FirstOrDefault(p => p.AttributeProvider is MemberInfo m && m.Name == member.Name && p.Get is not null)?.Name;

    private static Expression Unconverted(Expression expression)
    {
        while (expression is UnaryExpression { NodeType: ExpressionType.Convert or ExpressionType.ConvertChecked } convert)
            expression = convert.Operand;
        return expression;
    }
}
