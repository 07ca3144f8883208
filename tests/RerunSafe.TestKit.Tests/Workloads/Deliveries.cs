using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using RerunSafe.TestKit.Workloads;

namespace RerunSafe.TestKit.Tests.Workloads;

/// <summary>Deliveries as text, so that a failed assertion can be read.</summary>
internal static class Deliveries
{
    public static string Text(this LabelledDelivery d) => Encoding.UTF8.GetString(d.Delivery.Payload.Span);

    public static JsonObject Json(this LabelledDelivery d) => JsonNode.Parse(d.Delivery.Payload.Span)!.AsObject();

    public static Order Order(this LabelledDelivery d) => JsonSerializer.Deserialize<Order>(d.Delivery.Payload.Span, JsonSerializerOptions.Web)!;

    /// <summary>Everything about a delivery in one line.</summary>
    public static string Line(this LabelledDelivery d) =>
        $"{d.Delivery.Source}@{d.Delivery.Position} {d.Delivery.ArrivedAt:O} {d.Truth} {Convert.ToHexString(d.Delivery.Payload.Span)}";

    public static List<string> Lines(this IWorkload workload) => [.. workload.Deliver().Select(Line)];

    public static List<LabelledDelivery> WithFault(this IWorkload workload, string fault) => [.. workload.Deliver().Where(d => d.Truth.Fault == fault)];

    public static LabelledDelivery Original(this IWorkload workload, LabelledDelivery copy) => workload.Deliver().Single(d => d.Delivery.Position == copy.Truth.CopyOf);
}
