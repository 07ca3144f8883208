using RerunSafe.Analyzers.Tests.Rules.Idempotency;

namespace RerunSafe.Analyzers.Tests.Flow;

/// <summary>Attributes of any shape on stored types: none of them is a reason to crash in the compiler.</summary>
[Parallelizable(ParallelScope.All)]
public class AttributeValueTests
{
    private const string Attribute = """
        [AttributeUsage(AttributeTargets.All, AllowMultiple = true)]
        public class MarkAttribute(params string?[]? names) : Attribute { public string?[]? Names { get; } = names; public string[]? Tags { get; set; } public Type[]? Types { get; set; } public bool IsUnique { get; set; } }
        """;

    [TestCase("[Mark(Tags = new[] { \"a\", \"b\" })]")]
    [TestCase("[Mark(null, Tags = null, IsUnique = true)]")]
    [TestCase("[Mark(\"a\", null)]")]
    [TestCase("[Mark((string[]?)null)]")]
    [TestCase("[Mark(Types = new[] { typeof(int), typeof(Thing) })]")]
    public Task An_array_is_given(string attribute) => Verify.LibraryAsync(Shop.PerLine("""
        {|RERUN1002:db.Add(new Thing { Name = id })|};
        await db.SaveChangesAsync();
        """, types: $"{Attribute} {attribute} public class Thing {{ {attribute} public int Id {{ get; set; }} {attribute} public string Name {{ get; set; }} = \"\"; }}"));

    [TestCase("[Mark(Missing = 1)]")]
    [TestCase("[Mark(Undefined.Name)]")]
    [TestCase("[Index(new[] { nope })]")]
    [TestCase("[Index(nameof(), IsUnique = new[] { true })]")]
    public Task The_attribute_does_not_compile(string attribute) => Verify.BrokenAsync(Shop.PerLine("""
        {|RERUN1002:db.Add(new Thing { Name = id })|};
        await db.SaveChangesAsync();
        """, types: $"{Attribute} {attribute} public class Thing {{ public int Id {{ get; set; }} {attribute} public string Name {{ get; set; }} = \"\"; }}"));
}
