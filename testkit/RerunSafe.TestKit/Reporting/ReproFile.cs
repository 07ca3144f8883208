using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using RerunSafe.TestKit.Reruns;
using RerunSafe.TestKit.Workloads;

namespace RerunSafe.TestKit.Reporting;

/// <summary>One failure with everything that it needs, as a <c>.rerun.json</c>: the schedule, the point, the clock and the deliveries themselves.</summary>
internal sealed record ReproFile
{
    private const int Current = 1;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter() },
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    public int Format { get; init; } = Current;

    /// <summary>The kit that wrote it.</summary>
    public string Kit { get; init; } = typeof(ReproFile).Assembly.GetName().Version?.ToString(3) ?? "";

    public required string Schedule { get; init; }

    public string? Point { get; init; }

    public required Verdict Verdict { get; init; }

    public required Oracle Oracle { get; init; }

    public string? Table { get; init; }

    public required DateTimeOffset StartsAt { get; init; }

    /// <summary>The story, for whoever opens the file.</summary>
    public required IReadOnlyList<string> Story { get; init; }

    public required IReadOnlyList<KeptSource> Sources { get; init; }

    public string ToJson() => JsonSerializer.Serialize(this, Json);

    /// <exception cref="RerunCheckException">The file is not there, or no such file.</exception>
    public static ReproFile Read(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        try
        {
            var file = JsonSerializer.Deserialize<ReproFile>(File.ReadAllText(path), Json);
            return file is { Format: Current } ? file : throw new RerunCheckException($"'{path}' has the format {file?.Format}, and this version of the kit reads {Current}. Replay it with the version that wrote it ({file?.Kit}).");
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new RerunCheckException($"'{path}' cannot be read as a .rerun.json: {e.Message}", e);
        }
    }

    /// <summary>One workload, without its generator.</summary>
    internal sealed record KeptSource(
        string Name, string Description, IReadOnlyList<KeptDelivery> Deliveries, IReadOnlyList<KeptDelivery> Clean, IReadOnlyList<KeptDelivery> Repaired, IReadOnlyList<KeptDelivery> RepairedAndClean)
    {
        public static KeptSource Of(IWorkload workload)
        {
            var forms = KeptWorkload.FormsOf(workload);
            return new(workload.Source, workload.Describe(), Of(forms[KeptForm.Faulty]), Of(forms[KeptForm.Clean]), Of(forms[KeptForm.Repaired]), Of(forms[KeptForm.Clean | KeptForm.Repaired]));
        }

        public IWorkload ToWorkload() => new KeptWorkload(Name, Description, new Dictionary<KeptForm, IReadOnlyList<LabelledDelivery>>
        {
            [KeptForm.Faulty] = From(Deliveries),
            [KeptForm.Clean] = From(Clean),
            [KeptForm.Repaired] = From(Repaired),
            [KeptForm.Clean | KeptForm.Repaired] = From(RepairedAndClean),
        });

        private static IReadOnlyList<KeptDelivery> Of(IReadOnlyList<LabelledDelivery> deliveries) => [.. deliveries.Select(d => KeptDelivery.Of(d))];

        private IReadOnlyList<LabelledDelivery> From(IReadOnlyList<KeptDelivery> deliveries) => [.. deliveries.Select(d => d.ToDelivery(Name))];
    }

    /// <summary>One delivery: as text when its bytes are UTF-8, so that a reader sees it, else as Base64.</summary>
    internal sealed record KeptDelivery(long Position, DateTimeOffset ArrivedAt, string? Text, byte[]? Bytes, GroundTruth Truth)
    {
        private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

        public static KeptDelivery Of(LabelledDelivery labelled)
        {
            var (delivery, truth) = labelled;
            var bytes = delivery.Payload.ToArray();
            string? text = null;
            try
            {
                text = Utf8.GetString(bytes);
            }
            catch (DecoderFallbackException)
            {
                // Kept as bytes.
            }

            return new(delivery.Position, delivery.ArrivedAt, text, text is null ? bytes : null, truth);
        }

        public LabelledDelivery ToDelivery(string source) => new(new Delivery(source, Position, Bytes ?? Utf8.GetBytes(Text ?? ""), ArrivedAt), Truth);
    }
}
