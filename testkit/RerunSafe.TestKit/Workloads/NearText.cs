using System.Text.Json;
using System.Text.Json.Nodes;

namespace RerunSafe.TestKit.Workloads;

/// <summary>Texts that a person would take for the same.</summary>
internal static class NearText
{
    public static byte[] Vary<T>(CopyRequest<T> request, Selector<T> field)
    {
        var root = Wire.Object(request.Payload, request.Index, "A near duplicate");
        var path = field.Fields(request.Json)[0];
        if (path.Get(root) is not JsonValue value || value.GetValueKind() != JsonValueKind.String)
            throw new WorkloadException($"{field.Text} of record {request.Index} is not a text, so it has no near duplicate. Select a field that is never null.", request.Index);
        var varied = Vary(value.GetValue<string>(), request.Draw.Below(4, request.Index, 1), request.Draw.Below(int.MaxValue, request.Index, 2));
        return JsonSplice.Replace(request.Payload, path, JsonSerializer.SerializeToUtf8Bytes(varied, request.Json))!;
    }

    /// <summary>A variant that always differs from the text.</summary>
    public static string Vary(string text, int way, int place)
    {
        var varied = way switch
        {
            0 => string.Concat(text.Select(c => char.IsUpper(c) ? char.ToLowerInvariant(c) : char.ToUpperInvariant(c))),
            1 => text.Contains(' ', StringComparison.Ordinal) ? text.Replace(" ", "  ", StringComparison.Ordinal) : " " + text,
            2 => Swapped(text, place),
            _ => text + " ",
        };
        return varied == text ? text + " " : varied;
    }

    private static string Swapped(string text, int place)
    {
        var pairs = Enumerable.Range(0, Math.Max(0, text.Length - 1))
            .Where(i => char.IsLetter(text[i]) && char.IsLetter(text[i + 1]) && text[i] != text[i + 1]).ToList();
        if (pairs.Count == 0)
            return text;
        var at = pairs[place % pairs.Count];
        return $"{text[..at]}{text[at + 1]}{text[at]}{text[(at + 2)..]}";
    }
}
