using System.Text;
using RerunSafe.TestKit.Workloads;

namespace RerunSafe.TestKit.Tests.Workloads;

public class JsonSpliceTests
{
    [TestCase("""{"a":1}""", "a", """{}""")]
    [TestCase("""{ "a" : 1 , "b" : 1.50 }""", "a", """{ "b" : 1.50 }""")]
    [TestCase("""{ "a" : 1 , "b" : 1.50 }""", "b", """{ "a" : 1  }""")]
    [TestCase("""{"x":{"a":0},"y":{"a":[1,{"a":2}],"b":"\u00e9"}}""", "y.a", """{"x":{"a":0},"y":{"b":"\u00e9"}}""")]
    [TestCase("""{"\u0061":1,"b":2}""", "a", """{"b":2}""")]
    [TestCase("""{"a":1}""", "b", null)]
    [TestCase("""{"a":1}""", "a.b", null)]
    [TestCase("""{"a":{"c":1},"b":2}""", "a.b", null)]
    [TestCase("""[{"a":1}]""", "a", null)]
    public void Removing_a_field_leaves_every_other_byte(string json, string field, string? expected) =>
        Assert.That(Text(JsonSplice.Remove(Encoding.UTF8.GetBytes(json), new FieldPath(field.Split('.')))), Is.EqualTo(expected));

    [TestCase("""{ "a" : {"b" : [ 1 ]} , "c":1e2}""", "a.b", """{ "a" : {"b" : true} , "c":1e2}""")]
    [TestCase("""{"a":null}""", "a", """{"a":true}""")]
    [TestCase("""{"a":1}""", "b", null)]
    public void Replacing_a_field_leaves_every_other_byte(string json, string field, string? expected) =>
        Assert.That(Text(JsonSplice.Replace(Encoding.UTF8.GetBytes(json), new FieldPath(field.Split('.')), "true"u8)), Is.EqualTo(expected));

    private static string? Text(byte[]? bytes) => bytes is null ? null : Encoding.UTF8.GetString(bytes);
}
