using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace RerunSafe.Analyzers.Catalog;

/// <summary>
/// The shipped catalogue as one text, an entry a line, its fields parted by tabs. The compiler loads the analyzer anew in
/// each build, so start-up counts: one constant is decoded far faster than the JIT compiles thousands of object
/// initializers.
/// </summary>
internal static class PackedCatalog
{
    private const char Api = 'a';
    private const char Root = 'r';
    private const char Dialect = 'd';
    private const char Exception = 'e';
    private const char Name = 'n';

    // Of a root. Fields at the end that are empty are left out of a line.
    private const int MostFields = 9;

    /// <summary>Library and source of the APIs and roots that follow.</summary>
    private const char Provenance = 'l';

    public static string Pack(ApiCatalogData data)
    {
        var text = new StringBuilder();
        var provenance = "";
        foreach (var entry in data.Apis)
        {
            Attribute(entry.Library, entry.Source);
            Line(Api, entry.Id, Number((int)entry.Meaning), entry.Argument, entry.Name, entry.Transaction, entry.Values, entry.Result, entry.When);
        }

        foreach (var entry in data.Roots)
        {
            Attribute(entry.Library, entry.Source);
            Line(Root, entry.Id, Number((int)entry.Kind), entry.RunsAgain, entry.PerRecord ? "1" : "", Number((int)entry.OnReturn), Number((int)entry.OnThrow), entry.Batch ? "1" : "", entry.DeadLetters, entry.ConfiguredBy);
        }

        foreach (var entry in data.Dialects)
            Line(Dialect, entry.Id, Number((int)entry.Dialect), Number((int)entry.Facts));
        foreach (var entry in data.Exceptions)
            Line(Exception, new[] { entry.Id, Number((int)entry.Meaning), entry.Member }.Concat(entry.Values).ToArray());
        foreach (var entry in data.Names)
            Line(Name, entry.Pattern, Number((int)entry.Meaning));
        return text.ToString();

        void Attribute(string library, string source)
        {
            if (provenance == library + "\t" + source)
                return;
            provenance = library + "\t" + source;
            Line(Provenance, library, source);
        }

        // Fields at the end that are empty are left out.
        void Line(char kind, params string[] fields)
        {
            var count = fields.Length;
            while (count > 0 && fields[count - 1].Length == 0)
                count--;
            text.Append(kind);
            for (var i = 0; i < count; i++)
                text.Append('\t').Append(fields[i]);
            text.Append('\n');
        }
    }

    public static ApiCatalogData Unpack(string text)
    {
        var apis = ImmutableArray.CreateBuilder<ApiEntry>();
        var roots = ImmutableArray.CreateBuilder<RootEntry>();
        var dialects = ImmutableArray.CreateBuilder<DialectEntry>();
        var exceptions = ImmutableArray.CreateBuilder<ExceptionEntry>();
        var names = ImmutableArray.CreateBuilder<NameEntry>();
        var (library, source) = ("", "");
        var fields = new string[64];
        for (var start = 0; start < text.Length;)
        {
            var end = text.IndexOf('\n', start);
            var count = Split(text, start + 1, end, fields);
            switch (text[start])
            {
                case Provenance:
                    (library, source) = (fields[0], fields[1]);
                    break;
                case Api:
                    apis.Add(new ApiEntry
                    {
                        Id = fields[0],
                        Meaning = (ApiMeaning)Number(fields[1]),
                        Argument = fields[2],
                        Name = fields[3],
                        Transaction = fields[4],
                        Values = fields[5],
                        Result = fields[6],
                        When = fields[7],
                        Library = library,
                        Source = source,
                    });
                    break;
                case Root:
                    roots.Add(new RootEntry
                    {
                        Id = fields[0],
                        Kind = (RootKind)Number(fields[1]),
                        RunsAgain = fields[2],
                        PerRecord = fields[3].Length > 0,
                        OnReturn = (Outcome)Number(fields[4]),
                        OnThrow = (Outcome)Number(fields[5]),
                        Batch = fields[6].Length > 0,
                        DeadLetters = fields[7],
                        ConfiguredBy = fields[8],
                        Library = library,
                        Source = source,
                    });
                    break;
                case Dialect:
                    dialects.Add(new DialectEntry(fields[0], (Sql.SqlDialect)Number(fields[1]), (ProviderFacts)Number(fields[2])));
                    break;
                case Exception:
                    exceptions.Add(new ExceptionEntry(fields[0], (ExceptionMeaning)Number(fields[1]), fields[2], ImmutableArray.Create(fields, 3, Math.Max(0, count - 3))));
                    break;
                case Name:
                    names.Add(new NameEntry(fields[0], (NameMeaning)Number(fields[1])));
                    break;
            }

            start = end + 1;
        }

        return new ApiCatalogData(apis.ToImmutable(), roots.ToImmutable(), dialects.ToImmutable(), exceptions.ToImmutable(), names.ToImmutable());
    }

    private static int Split(string text, int start, int end, string[] fields)
    {
        var count = 0;
        while (start < end)
        {
            // text[start] is the tab before the field.
            var next = text.IndexOf('\t', start + 1, end - start - 1);
            var stop = next < 0 ? end : next;
            fields[count++] = stop == start + 1 ? "" : text.Substring(start + 1, stop - start - 1);
            start = stop;
        }

        for (var i = count; i < MostFields; i++)
            fields[i] = "";
        return count;
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    // Enum values are small and written by Pack.
    private static int Number(string digits)
    {
        var value = 0;
        foreach (var c in digits)
            value = (value * 10) + (c - '0');
        return value;
    }
}
