using System.Text.Json;
using Bogus;

namespace RerunSafe.TestKit.Workloads;

/// <summary>Records from a Bogus faker, each generated from its own seeds.</summary>
internal sealed class FakerRecords<T>(Faker<T> faker) : IRecordSource<T>
    where T : class
{
    // A copy taken at once: rules that the user adds later must not change the workload.
    private readonly Faker<T> _faker = faker.Clone();
    private readonly string _fakerName = TypeName.Of(faker.GetType());

    public int? Available => null;

    public string Describe() => $"{_fakerName}, Bogus {typeof(Faker<T>).Assembly.GetName().Version}";

    public IRecordReader<T> Open(long seed, string stream, DateTimeOffset startsAt, JsonSerializerOptions json) =>
        new Reader(SeededFaker<T>.From(_faker, seed, stream, startsAt), seed, stream, _fakerName, json);

    public IReadOnlyList<FieldPath> RequiredFields(JsonSerializerOptions json) => Contract.RequiredFields(typeof(T), json);

    private sealed class Reader(SeededFaker<T> faker, long seed, string stream, string fakerName, JsonSerializerOptions json) : IRecordReader<T>
    {
        private const int RecordsToCheck = 2;
        private int _checked;

        public SourceRecord<T> Read(int index)
        {
            var record = Generate(index);
            if (_checked < RecordsToCheck)
            {
                _checked++;
                RequireTheSameAgain(record, Generate(index), index);
            }

            return record;
        }

        private SourceRecord<T> Generate(int index)
        {
            T value;
            try
            {
                value = faker.Generate(index);
            }
            catch (Exception e)
            {
                throw new WorkloadException(
                    $"{fakerName} threw {e.GetType().Name} in {faker.CurrentRule} on record {index} of stream '{stream}' (seed {seed}): {e.Message} "
                    + "Make the rule hold for every record; the same seed and index fail again.",
                    index, e);
            }

            return new SourceRecord<T>(value, Wire.Serialize(value, json, index));
        }

        private void RequireTheSameAgain(SourceRecord<T> first, SourceRecord<T> second, int index)
        {
            if (first.Payload.AsSpan().SequenceEqual(second.Payload))
                return;
            throw new WorkloadException(
                $"{fakerName} made record {index} of stream '{stream}' differently the second time, in {Wire.DifferingFields(first.Payload, second.Payload)}. "
                + "A workload must be the same on every rerun, so rules may draw only from the faker that they are given: "
                + "f.IndexFaker instead of a counter or f.UniqueIndex, f.Random.Guid() instead of Guid.NewGuid(), f.Date instead of DateTime.Now, "
                + "other.UseSeed(f.Random.Int()).Generate() for a faker inside a faker.",
                index);
        }
    }
}
