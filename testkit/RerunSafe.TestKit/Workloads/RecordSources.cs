using System.Text.Json;

namespace RerunSafe.TestKit.Workloads;

/// <summary>A record of the user's with its payload as it would arrive undamaged.</summary>
internal readonly record struct SourceRecord<T>(T Value, byte[] Payload);

/// <summary>Where a workload's records come from.</summary>
internal interface IRecordSource<T>
{
    /// <summary>How many there are, or null when they are generated on demand.</summary>
    int? Available { get; }

    /// <summary>The source in words, with the generator's version.</summary>
    string Describe();

    /// <summary>A reader for one enumeration; readers share nothing that changes.</summary>
    IRecordReader<T> Open(long seed, string stream, DateTimeOffset startsAt, JsonSerializerOptions json);

    /// <summary>The top-level fields that a consumer may rely on: there in every record and never null.</summary>
    IReadOnlyList<FieldPath> RequiredFields(JsonSerializerOptions json);
}

/// <summary>Reads records by index, in any order, each the same every time.</summary>
internal interface IRecordReader<T>
{
    SourceRecord<T> Read(int index);
}
