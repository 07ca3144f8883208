using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using RerunSafe.Analyzers.Catalog;
using RerunSafe.Analyzers.Flow;
using RerunSafe.Analyzers.Sql;

namespace RerunSafe.Analyzers.Rules;

/// <summary>Finds the C# value behind a parameter or a hole of a statement.</summary>
internal static class SqlParameters
{
    /// <summary>The operation that gives a value in the text its value; null where it cannot be seen.</summary>
    public static IOperation? ValueOf(RuleContext context, SqlFact fact, ResolvedSql text, SqlValue value)
    {
        if (HoleIn(text, value) is >= 0 and var hole)
            return text.Source.HoleAt(hole);
        if (value.Kind != SqlValueKind.Parameter)
            return null;
        var name = value.Text.TrimStart('@', ':', '$', '?');
        return fact.Api.Values.Length > 0 && Operations.ArgumentNamed(fact.Site, fact.Api.Values) is { } values
            ? MemberOf(values, name)
            : BoundIn(context, name);
    }

    // A hole, alone or as the content of a quoted literal: '{day:yyyy-MM-dd}'.
    private static int HoleIn(ResolvedSql text, SqlValue value) =>
        value.Kind is SqlValueKind.Hole or SqlValueKind.Literal && value.Span.Length > 0
            ? text.Script.Text.Text.IndexOf(SqlText.Hole, value.Span.Start, Math.Min(value.Span.Length, text.Script.Text.Text.Length - value.Span.Start))
            : -1;

    /// <summary>The bounds of a comparison: two for BETWEEN @from AND @to, one for any other.</summary>
    public static IEnumerable<SqlValue> BoundsOf(SqlCondition condition)
    {
        var text = condition.Value.Text;
        var and = condition.Operator == "BETWEEN" ? text.IndexOf(" AND ", StringComparison.OrdinalIgnoreCase) : -1;
        if (and < 0)
            return [condition.Value];
        return new[] { Part(0, and), Part(and + 5, text.Length - and - 5) };

        SqlValue Part(int start, int length)
        {
            var part = text.Substring(start, length).Trim();
            var kind = part.Length > 1 && part[0] is '@' or ':' or '$' ? SqlValueKind.Parameter : part.IndexOf(SqlText.Hole) >= 0 ? SqlValueKind.Literal : SqlValueKind.Expression;
            return new SqlValue(kind, part, new SqlSpan(condition.Value.Span.Start + start, length));
        }
    }

    /// <summary>
    /// The value differs on every run (a new Guid): no key, whatever the schema says. Also where the whole object is
    /// handed over and its member was given such a value here or by the caller.
    /// </summary>
    public static bool IsRandom(RuleContext context, SqlFact fact, ResolvedSql text, SqlColumnValue assignment)
    {
        if (ValueOf(context, fact, text, assignment.Value) is { } value)
        {
            var sources = DecisionSources.Of(value, context.Node);
            return Operations.Unwrap(value) is IPropertyReferenceOperation { Property: var member }
                ? sources.Any(source => IsGivenRandom(context, source, member.Name)) || IsRandomSource(context, value)
                : sources.Any(source => IsRandomSource(context, source));
        }

        if (fact.Api.Values.Length == 0 || Operations.ArgumentNamed(fact.Site, fact.Api.Values) is not { } values)
            return false;
        var name = assignment.Value.Text.TrimStart('@', ':', '$');
        return DecisionSources.Of(values, context.Node).Any(source => IsGivenRandom(context, source, name));
    }

    private static bool IsGivenRandom(RuleContext context, IOperation source, string member) =>
        source is ISimpleAssignmentOperation { Target: IPropertyReferenceOperation { Property: var property } } given
        && string.Equals(property.Name, member, StringComparison.OrdinalIgnoreCase)
        && DecisionSources.Of(given.Value, context.Node).Any(inner => IsRandomSource(context, inner));

    private static bool IsRandomSource(RuleContext context, IOperation source) =>
        Operations.MemberOf(source) is { } used && context.Engine.Catalog.Means(used, ApiMeaning.Random);

    /// <summary>The value comes from a look-up in the same run: it is as new as the run, so it guards against concurrency and not against a rerun.</summary>
    public static bool IsReadAgain(RuleContext context, SqlFact fact, ResolvedSql text, SqlValue value)
    {
        if (ValueOf(context, fact, text, value) is not { } operation)
            return false;
        foreach (var source in DecisionSources.Of(operation, context.Node))
        {
            if (source is IInvocationOperation call
                && (context.Engine.Catalog.Means(call.TargetMethod, ApiMeaning.LookUp)
                    || context.Facts.Sql.Any(f => f.Site == call && f.Texts.Any(t => t.Script.Statements.Any(s => s.Kind == SqlStatementKind.Select)))))
                return true;
        }

        return false;
    }

    // new { id, Day = x }, or a local that holds it.
    private static IOperation? MemberOf(IOperation values, string name)
    {
        values = Operations.Unwrap(values);
        if (values is ILocalReferenceOperation local && Locals.OnlyValueOf(local) is { } only)
            values = Operations.Unwrap(only);
        var initializers = values switch
        {
            IAnonymousObjectCreationOperation anonymous => anonymous.Initializers,
            IObjectCreationOperation { Initializer: { } initializer } => initializer.Initializers,
            _ => default,
        };
        return initializers.IsDefault ? null : Operations.GivenTo(name, initializers);
    }

    private static IOperation? BoundIn(RuleContext context, string name)
    {
        foreach (var bound in context.Facts.Of(ApiMeaning.BindParameter))
        {
            var bindsName = Operations.ArgumentNamed(bound.Site, bound.Api.Name)?.ConstantValue is { HasValue: true, Value: string text }
                && string.Equals(text.TrimStart('@', ':', '$', '?'), name, StringComparison.OrdinalIgnoreCase);
            if (bindsName && Operations.ArgumentNamed(bound.Site, bound.Api.Argument) is { } value)
                return value;
        }

        return null;
    }
}
