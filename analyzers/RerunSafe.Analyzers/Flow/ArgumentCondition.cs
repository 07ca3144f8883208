using System.Globalization;
using Microsoft.CodeAnalysis;

namespace RerunSafe.Analyzers.Flow;

/// <summary>Whether a call passes the constant that an entry of the catalogue asks for: "append=true", "mode=Append".</summary>
internal static class ArgumentCondition
{
    /// <summary>False also where the argument is no constant, or the overload has no such parameter: what is not known is not claimed.</summary>
    public static bool Holds(string condition, IOperation site)
    {
        var equals = condition.IndexOf('=');
        if (equals <= 0 || Operations.ArgumentNamed(site, condition.Substring(0, equals)) is not { } argument)
            return false;
        var expected = condition.Substring(equals + 1);
        var value = Operations.Unwrap(argument);
        if (value.ConstantValue is not { HasValue: true, Value: var constant })
            return false;
        return value.Type is INamedTypeSymbol { TypeKind: TypeKind.Enum } type
            ? type.GetMembers(expected).OfType<IFieldSymbol>().Any(member => Equals(member.ConstantValue, constant))
            : expected == TextOf(constant);
    }

    private static string? TextOf(object? constant) => constant switch
    {
        null => "null",
        bool flag => flag ? "true" : "false",
        _ => Convert.ToString(constant, CultureInfo.InvariantCulture),
    };
}
