namespace RerunSafe.TestKit.Workloads;

/// <summary>
/// The ways to damage a payload, for <see cref="Workload{T}.WithMalformed"/>. Each damaged record is labelled <see cref="Fate.DeadLetter"/>.
/// Fields that a fault picks itself are picked among those that the contract requires (the business key and every field
/// whose type is not nullable; on raw JSON, the fields that every record has), never an optional one.
/// </summary>
public static class Malformed
{
    /// <summary>Cut off inside the JSON value, so that no JSON parser accepts it (RFC 8259).</summary>
    public static MalformedFault Truncated { get; } = new("truncated", JsonDamage.Truncate);

    /// <summary>A required scalar field holds another JSON type.</summary>
    public static MalformedFault WrongType { get; } = new("wrong type", request => JsonDamage.WrongType(request, null));

    /// <summary>A required field is not there.</summary>
    public static MalformedFault MissingField { get; } = new("missing field", request => JsonDamage.MissingField(request, null));

    /// <summary>A byte that is never valid in UTF-8 (0xFF; RFC 3629) stands inside a string of a required field, else inside any string.</summary>
    public static MalformedFault NotUtf8 { get; } = new("not UTF-8", JsonDamage.NotUtf8);

    /// <summary>This field holds another JSON type.</summary>
    /// <param name="field">The field's name in the JSON, with dots for nested ones: "customer.email".</param>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    public static MalformedFault WrongTypeNamed(string field)
    {
        var path = Path(field);
        return new($"wrong type of '{field}'", request => JsonDamage.WrongType(request, path));
    }

    /// <summary>This field is not there.</summary>
    /// <param name="field">The field's name in the JSON, with dots for nested ones: "customer.email".</param>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    public static MalformedFault MissingFieldNamed(string field)
    {
        var path = Path(field);
        return new($"missing field '{field}'", request => JsonDamage.MissingField(request, path));
    }

    /// <summary>Damage of your own, for any format.</summary>
    /// <param name="name">The fault in words.</param>
    /// <param name="damage">Gets a copy of the undamaged bytes; gives the damaged ones, which must differ. It must give the same on every call.</param>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    public static MalformedFault Custom(string name, Func<byte[], byte[]> damage)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(damage);
        return new(name, request => JsonDamage.Custom(request, name, damage));
    }

    private static FieldPath Path(string field)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(field);
        return new FieldPath(field.Split('.'));
    }
}
