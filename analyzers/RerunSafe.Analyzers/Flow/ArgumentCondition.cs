using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace RerunSafe.Analyzers.Flow;

/// <summary>Whether a call passes the value that an entry of the catalogue asks for: "append=true", "mode=Append".</summary>
internal static class ArgumentCondition
{
    /// <summary>
    /// False also where the argument is no constant and no known setting, or the overload has no such parameter: what is not known is not
    /// claimed. Several conditions are joined by '&amp;'; "value" is what a property is set to.
    /// </summary>
    public static bool Holds(string condition, IOperation site, SettingValues settings)
    {
        foreach (var part in condition.Split('&'))
        {
            if (!HoldsOne(part, site, settings))
                return false;
        }

        return true;
    }

    private static bool HoldsOne(string condition, IOperation site, SettingValues settings)
    {
        var equals = condition.IndexOf('=');
        if (equals <= 0 || ValueOf(site, condition.Substring(0, equals)) is not { } argument)
            return false;
        var expected = condition.Substring(equals + 1);
        var value = argument;
        while (value is IConversionOperation conversion && !(value.Type?.TypeKind == TypeKind.Enum && value.ConstantValue.HasValue))
            value = conversion.Operand;
        value = Operations.Unwrap(value) is { ConstantValue.HasValue: true } inner && value.Type?.TypeKind != TypeKind.Enum ? inner : value;
        if (value.ConstantValue is not { HasValue: true, Value: var constant })
            return string.Equals(settings.TextOf(value), expected, StringComparison.OrdinalIgnoreCase);
        return value.Type is INamedTypeSymbol { TypeKind: TypeKind.Enum } type
            ? type.GetMembers(expected).OfType<IFieldSymbol>().Any(member => Equals(member.ConstantValue, constant))
            : expected == TextOf(constant);
    }

    private static IOperation? ValueOf(IOperation site, string name) => site is IPropertyReferenceOperation
        ? name == "value" && site.Parent is ISimpleAssignmentOperation assignment && assignment.Target == site ? assignment.Value : null
        : Operations.ArgumentNamed(site, name);

    private static string? TextOf(object? constant) => constant switch
    {
        null => "null",
        bool flag => flag ? "true" : "false",
        _ => Convert.ToString(constant, CultureInfo.InvariantCulture),
    };
}
