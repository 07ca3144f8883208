using System.Data.Common;
using System.Text;
using System.Text.Json;
using RerunSafe.TestKit.Reruns;
using RerunSafe.TestKit.Tests.Reruns;
using RerunSafe.TestKit.Workloads;

namespace RerunSafe.TestKit.Tests.Zoo;

/// <content>The specimens of clocks, dead letters and queues.</content>
internal static partial class Specimens
{
    private static IWorkload Versions => Sales.Good(6).WithDuplicates(0.5, Duplicates.NewerVersion((Sale s) => s.Id, s => s.Version));

    private static IWorkload Faulty => Sales.Good(12).WithMalformed(0.3, Malformed.Truncated, Malformed.MissingField, Malformed.WrongType, Malformed.NotUtf8);

    private static IEnumerable<Specimen> Clocks =>
    [
        new("a slice by the day of the run", h => ByDay(h, _ => h.Run.Clock.GetUtcNow()), h => ByDay(h, d => d.ArrivedAt)) { Tables = ["days"], Verdicts = [Verdict.Unexpected], Rule = "RERUN1006" },
        new("duplicates looked for in the last hour only", h => h.ForEach(s => h.Do(
            "INSERT INTO stamped (id, loaded_at) SELECT @Id, @now WHERE NOT EXISTS (SELECT 1 FROM stamped WHERE id = @Id AND loaded_at > @since)",
            new { s.Id, now = h.Run.Clock.GetUtcNow().ToString("O"), since = h.Run.Clock.GetUtcNow().AddHours(-1).ToString("O") })),
            h => h.ForEach(s => h.Do("INSERT INTO stamped (id, loaded_at) SELECT @Id, @now WHERE NOT EXISTS (SELECT 1 FROM stamped WHERE id = @Id)", new { s.Id, now = h.Run.Clock.GetUtcNow().ToString("O") })))
        { Tables = ["stamped"], Ignoring = ["loaded_at"], Rule = "RERUN1006" },
        new("only what is of today, by the clock", async h =>
        {
            var first = await h.Count("SELECT count(*) FROM marks") == 0;
            await h.Do(Mark, new { Position = 1L });
            await h.ForEach(s => first || h.Run.Clock.GetUtcNow().Day == 2 ? h.Do(InsertOnce, s) : Task.CompletedTask);
        }, h => h.ForEach(s => h.Do(InsertOnce, s))) { CaughtBy = "CrashAtEveryWrite", Verdicts = [Verdict.Lost], Rule = "RERUN1006" },
    ];

    private static IEnumerable<Specimen> Letters =>
    [
        new("malformed records that are skipped", h => h.Divide(s => h.Do(Upsert, s), (_, _) => Task.CompletedTask), SetAside)
        { CaughtBy = null, Oracle = Oracle.Conservation, Verdicts = [Verdict.NotDeadLettered], Tables = ["sales"], Input = Faulty, Letters = "letters", Rule = "RERUN2001" },
        new("a malformed record that ends the run", h => h.ForEach(s => h.Do(Upsert, s)), SetAside)
        { CaughtBy = null, Oracle = Oracle.Completion, Verdicts = [Verdict.Crashed], Tables = ["sales"], Input = Faulty, Letters = "letters" },
        new("dead letters without a key", h => h.Divide(s => h.Do(Upsert, s), (d, error) => h.Do("INSERT INTO loose_letters (source_offset, payload, error) VALUES (@Position, @Payload, @Error)", Evidence(d, error))),
            h => h.Divide(s => h.Do(Upsert, s), (d, error) => h.Do("INSERT INTO loose_letters (source_offset, payload, error) SELECT @Position, @Payload, @Error WHERE NOT EXISTS (SELECT 1 FROM loose_letters WHERE source_offset = @Position)", Evidence(d, error))))
        { Oracle = Oracle.Conservation, Verdicts = [Verdict.DeadLetteredTwice], Tables = ["sales"], Input = Faulty, Letters = "loose_letters", Rule = "RERUN1001" },
        new("dead letters kept as decoded text", h => h.Divide(s => h.Do(Upsert, s), (d, error) => Text(h, d, error, Encoding.UTF8.GetString(d.Payload.Span))),
            h => h.Divide(s => h.Do(Upsert, s), (d, error) => Text(h, d, error, Convert.ToBase64String(d.Payload.Span))))
        { CaughtBy = null, Oracle = Oracle.Conservation, Verdicts = [Verdict.DeadLetterAltered], Tables = ["sales"], Input = Faulty, Letters = "text_letters" },
        new("a failing database taken for a malformed record", async h =>
        {
            await foreach (var delivery in h.Deliveries)
            {
                try
                {
                    await h.Do(Upsert, Habitat.Read(delivery));
                }
                catch (Exception e) when (e is JsonException or DbException)
                {
                    await h.Do(Letter, Evidence(delivery, e.Message));
                }
            }
        }, SetAside) { CaughtBy = "ErrorAtEveryWrite", Oracle = Oracle.Conservation, Verdicts = [Verdict.WronglyDeadLettered], Tables = ["sales"], Input = Faulty, Letters = "letters" },
        new("dead letters replayed under new ids", h =>
        {
            var prefix = h.Run.IsDeadLetterReplay ? h.Run.Clock.GetUtcNow().ToString("yyyyMMdd-") : "";
            return h.Divide(s => h.Do(Upsert, s with { Id = prefix + s.Id }), (d, error) => h.Do(Letter, Evidence(d, error)));
        }, SetAside) { CaughtBy = "DeadLetterReplay", Verdicts = [Verdict.Unexpected, Verdict.Lost, Verdict.Changed], Tables = ["sales"], Input = Faulty, Letters = "letters", Rule = "RERUN1005" },
        new("a write error given up with a line in the log", async h =>
        {
            await foreach (var sale in h.Sales)
            {
                try
                {
                    await h.Do(Upsert, sale);
                }
                catch (DbException)
                {
                    // Logged.
                }
            }
        }, h => h.ForEach(s => h.Do(Upsert, s))) { CaughtBy = "ErrorAtEveryWrite", Verdicts = [Verdict.Lost], Tables = ["sales"], Schedules = Schedule.RecordByRecord, Rule = "RERUN2001" },
    ];

    private static IEnumerable<Specimen> Queues =>
    [
        new("a stale version that wins when it comes again", h => h.ForEach(s => h.Do(LastWins, s)), h => h.ForEach(s => h.Do(Upsert, s)))
        { CaughtBy = "Redelivered", Verdicts = [Verdict.Changed], Tables = ["sales"], Input = Versions, Schedules = Schedule.RecordByRecord },
        new("the last one to arrive wins", h => h.ForEach(s => h.Do(LastWins, s)), h => h.ForEach(s => h.Do(Upsert, s)))
        { CaughtBy = "Permuted", Verdicts = [Verdict.Changed], Tables = ["sales"], Input = Versions, Schedules = Schedule.RecordByRecord },
        new("look, then insert", h => h.ForEach(async s =>
        {
            if (await h.Count("SELECT count(*) FROM ledger WHERE id = @Id", s) == 0)
                await h.Do(Insert, s);
        }), h => h.ForEach(s => h.Do(InsertOnce, s))) { CaughtBy = "Concurrent(2)", Schedules = Schedule.RecordByRecord, Rule = "RERUN3003" },
        new("a query that fails taken for an empty answer", h => h.ForEach(async s =>
        {
            for (var times = 0; times < 2; times++)
            {
                var known = 0L;
                try
                {
                    known = await h.Count("SELECT count(*) FROM ledger WHERE id = @Id", s);
                }
                catch (DbException)
                {
                    // Then it will not be there.
                }

                if (known == 0)
                    await h.Do(Insert, s);
            }
        }), h => h.ForEach(async s =>
        {
            for (var times = 0; times < 2; times++)
            {
                if (await h.Count("SELECT count(*) FROM ledger WHERE id = @Id", s) == 0)
                    await h.Do(Insert, s);
            }
        })) { CaughtBy = "ErrorAtEveryRead", Rule = "RERUN1001" },
        new("a window that counts what another has counted", h => h.ForEach(s => h.Do(CountUp, s)), h => h.ForEach(async (s, t) =>
        {
            await h.Do(Upsert, s, t);
            await h.Do(Compute, s, t);
        })) { CaughtBy = "Overlapping", Verdicts = [Verdict.Changed], Tables = ["totals"], Schedules = Schedule.RecordByRecord, Rule = "RERUN1004" },
        new("a batch that is written only when it is full", h => Batched(h, rest: false), h => Batched(h, rest: true))
        { CaughtBy = null, Oracle = Oracle.Conservation, Verdicts = [Verdict.Lost], Tables = ["sales"], Schedules = Schedule.RecordByRecord },
        new("a slice replaced by the part of it that came", h => Replaced(h, whole: true), h => Replaced(h, whole: false))
        { CaughtBy = "Overlapping", Verdicts = [Verdict.Lost], Schedules = Schedule.RecordByRecord, Rule = "RERUN2001" },
    ];

    private static Task SetAside(Habitat h) => h.Divide(s => h.Do(Upsert, s), (d, error) => h.Do(Letter, Evidence(d, error)));

    private static Task<int> Text(Habitat h, Delivery delivery, string error, string payload) => h.Do(
        "INSERT INTO text_letters (source_offset, payload, error) VALUES (@Position, @Payload, @Error) ON CONFLICT (source_offset) DO NOTHING",
        new { delivery.Position, Payload = payload.Replace("\0", ""), Error = error });

    private static object Evidence(Delivery delivery, string error) => new { delivery.Position, Payload = delivery.Payload.ToArray(), Error = error };

    private static async Task ByDay(Habitat h, Func<Delivery, DateTimeOffset> dayOf)
    {
        var sums = new SortedDictionary<string, long>(StringComparer.Ordinal);
        await foreach (var delivery in h.Deliveries)
        {
            var day = dayOf(delivery).ToString("yyyy-MM-dd");
            sums[day] = sums.GetValueOrDefault(day) + Habitat.Read(delivery).Amount;
        }

        foreach (var (day, amount) in sums)
            await h.Do("INSERT INTO days (day, amount) VALUES (@day, @amount) ON CONFLICT (day) DO UPDATE SET amount = excluded.amount", new { day, amount });
    }

    private static async Task Batched(Habitat h, bool rest)
    {
        var batch = new List<Sale>();
        await foreach (var sale in h.Sales)
        {
            batch.Add(sale);
            if (batch.Count == 4)
                await FlushAsync();
        }

        if (rest)
            await FlushAsync();

        async Task FlushAsync()
        {
            await using var transaction = await h.Db.BeginTransactionAsync();
            foreach (var sale in batch)
                await h.Do(Upsert, sale, transaction);
            await transaction.CommitAsync();
            batch.Clear();
        }
    }

    private static async Task Replaced(Habitat h, bool whole)
    {
        await using var transaction = await h.Db.BeginTransactionAsync();
        if (whole)
            await h.Do("DELETE FROM ledger", transaction: transaction);
        await h.ForEach(async s =>
        {
            if (!whole)
                await h.Do("DELETE FROM ledger WHERE id = @Id", s, transaction);
            await h.Do(Insert, s, transaction);
        });
        await transaction.CommitAsync();
    }
}
