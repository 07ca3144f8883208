using System.Collections.Concurrent;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace RerunSafe.TestKit.Seams;

/// <summary>
/// Where a method is written, from its debug information. A stack frame of optimised code may have no place in the IL
/// (the call was inlined or moved), and then no line; the lines of the whole method are known all the same.
/// </summary>
internal static class MethodLines
{
    private static readonly ConcurrentDictionary<MethodBase, string?> Known = new();

    /// <summary>The file and the lines of a method, as <c>Import.cs:12-30</c>, or nothing without debug information.</summary>
    public static string? Of(MethodBase method) => Known.GetOrAdd(method, Read);

    private static string? Read(MethodBase method)
    {
        var path = method.Module.FullyQualifiedName;
        if (!File.Exists(path))
            return null;

        try
        {
            using var assembly = new PEReader(File.OpenRead(path));
            if (!assembly.TryOpenAssociatedPortablePdb(path, pdb => File.Exists(pdb) ? File.OpenRead(pdb) : null, out var provider, out _) || provider is null)
                return null;

            using (provider)
                return Read(provider.GetMetadataReader(), MetadataTokens.MethodDefinitionHandle(method.MetadataToken));
        }
        catch (Exception error) when (error is IOException or BadImageFormatException or UnauthorizedAccessException or InvalidOperationException)
        {
            // A story without a line is better than no story.
            return null;
        }
    }

    private static string? Read(MetadataReader reader, MethodDefinitionHandle method)
    {
        var points = reader.GetMethodDebugInformation(method).GetSequencePoints().Where(point => !point.IsHidden).ToList();
        if (points.Count == 0)
            return null;

        var file = points[0].Document;
        var ofFile = points.Where(point => point.Document == file).ToList();
        var (first, last) = (ofFile.Min(point => point.StartLine), ofFile.Max(point => point.EndLine));
        var name = Path.GetFileName(reader.GetString(reader.GetDocument(file).Name).Replace('\\', '/'));
        return first == last ? $"{name}:{first}" : $"{name}:{first}-{last}";
    }
}
