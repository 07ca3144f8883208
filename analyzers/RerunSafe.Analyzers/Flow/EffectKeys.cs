using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace RerunSafe.Analyzers.Flow;

/// <summary>
/// Keys of messages by which the other side can tell a repetition. A key that only chooses the partition (a tenant, a facility)
/// is shared by many messages and tells nothing.
/// </summary>
internal static class EffectKeys
{
    private const int MaxSteps = 4;

    // What a message type's name says besides what it is about.
    private static readonly string[] Endings = ["entity", "model", "dto", "uid", "guid", "number", "code", "id"];

    /// <summary>Message&lt;string, Order&gt; { Key = order.Id }, an event with an id from the record.</summary>
    public static bool IsKeyed(MadeObject made)
    {
        if (made.Type is not { Name: "Message" or "EventGridEvent" or "CloudEvent" } type || (made.ValueOf("Key") ?? made.ValueOf("Id")) is not { } given)
            return false;
        var key = ValueOf(given.Value);
        if (key.ConstantValue is { HasValue: true, Value: null })
            return false;
        return type.Name != "Message" || NameOf(key) is not { } name || !NamesAnother(name, made);
    }

    // { Key = facilityId, Value = new PatientEvent { … } }: the id of something else than the message is about.
    private static bool NamesAnother(string name, MadeObject made)
    {
        var noun = NounOf(name);
        return noun.Length > 0 && AboutOf(made) is { Length: > 0 } about
            && about.IndexOf(noun, StringComparison.OrdinalIgnoreCase) < 0;
    }

    // "facilityId" is about a facility; "Id" and "Key" are about what has them.
    private static string NounOf(string name)
    {
        var isIdentity = false;
        foreach (var ending in Endings)
        {
            if (name.Length > ending.Length && name.EndsWith(ending, StringComparison.OrdinalIgnoreCase))
            {
                (name, isIdentity) = (name.Substring(0, name.Length - ending.Length).TrimEnd('_'), true);
                break;
            }
        }

        return isIdentity ? name : "";
    }

    // The type of what is sent: Message<string, PatientEvent>, or of the value where the message is declared wider.
    private static string? AboutOf(MadeObject made)
    {
        if (made.ValueOf("Value") is { } value && ValueOf(value.Value).Type is { SpecialType: SpecialType.None, Name: { Length: > 0 } sent })
            return sent;
        return made.Type is { TypeArguments: [_, { SpecialType: SpecialType.None, Name: var declared }] } ? declared : null;
    }

    // Through locals that are set once and conversions to text.
    private static IOperation ValueOf(IOperation value)
    {
        for (var step = 0; step < MaxSteps; step++)
        {
            value = Operations.Unwrap(value);
            if (value is ILocalReferenceOperation local && Locals.OnlyValueOf(local) is { } only)
                value = only;
            else if (value is IInvocationOperation { TargetMethod.Name: "ToString", Instance: { } shown })
                value = shown;
            else
                break;
        }

        return value;
    }

    // A name that stands for one value. What is put together of several may well be the message's own.
    private static string? NameOf(IOperation key) => key is IParameterReferenceOperation or IMemberReferenceOperation or ILocalReferenceOperation ? BodyIndex.SymbolOf(key)?.Name : null;
}
