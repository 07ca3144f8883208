using System.Reflection;
using Bogus;

namespace RerunSafe.TestKit.Workloads;

/// <summary>
/// A clone of the user's faker that gives each rule of each record its own seed, so that neither another record nor
/// another rule can shift its values. Three things in Bogus run through a record and are handled here:
/// <c>IndexFaker</c> counts calls (set to the record's index), the clock is DateTime.Now (fixed to the workload's start
/// unless the user fixed it), and one randomizer serves all rules (replaced before each rule).
/// <c>f.Person</c> is made once per record by the first rule that asks for it, from that rule's seed.
/// </summary>
internal sealed class SeededFaker<T>
    where T : class
{
    private readonly Faker<T> _faker;
    private readonly Faker _hub;
    private readonly long _seed;
    private readonly string _stream;
    private int _index;

    private SeededFaker(Faker<T> faker, long seed, string stream)
    {
        _faker = faker;
        _hub = ((IFakerTInternal)faker).FakerHub;
        _seed = seed;
        _stream = stream;
    }

    /// <summary>The rule that ran last, in words.</summary>
    public string CurrentRule { get; private set; } = "its constructor";

    public static SeededFaker<T> From(Faker<T> faker, long seed, string stream, DateTimeOffset startsAt)
    {
        var clone = faker.Clone();
        var seeded = new SeededFaker<T>(clone, seed, stream);
        seeded._hub.DateTimeReference ??= startsAt.UtcDateTime;
        seeded.SeedConstructors(Field<Dictionary<string, Func<Faker, T>>>(clone, "CreateActions"));
        seeded.SeedRules(Field<MultiDictionary<string, string, PopulateAction<T>>>(clone, "Actions"));
        seeded.SeedFinishers(Field<Dictionary<string, FinalizeAction<T>>>(clone, "FinalizeActions"));
        return seeded;
    }

    public T Generate(int index)
    {
        _index = index;
        _hub.IndexFaker = index - 1; // Bogus adds one before the first rule.
        _hub.IndexVariable = 0;
        return _faker.Generate();
    }

    private void SeedConstructors(Dictionary<string, Func<Faker, T>> constructors)
    {
        foreach (var (ruleSet, create) in constructors.ToList())
        {
            var draw = Draw.For(_seed, _stream, $"constructor/{ruleSet}");
            constructors[ruleSet] = hub =>
            {
                Enter(draw, "its constructor");
                return create(hub);
            };
        }
    }

    private void SeedRules(MultiDictionary<string, string, PopulateAction<T>> ruleSets)
    {
        foreach (var (ruleSet, rules) in ruleSets)
        {
            var unnamed = 0;
            foreach (var (name, rule) in rules.ToList())
            {
                // Rules(...) goes by a random GUID in Bogus; its place among its like is the same on every run.
                var stable = rule.ProhibitInStrictMode ? $"Rules #{unnamed++}" : rule.PropertyName;
                var draw = Draw.For(_seed, _stream, $"rule/{ruleSet}/{stable}");
                var action = rule.Action;
                rules[name] = new PopulateAction<T>
                {
                    PropertyName = rule.PropertyName,
                    RuleSet = rule.RuleSet,
                    ProhibitInStrictMode = rule.ProhibitInStrictMode,
                    Action = action is null ? null : (hub, record) =>
                    {
                        Enter(draw, $"the rule for '{stable}'");
                        return action(hub, record);
                    },
                };
            }
        }
    }

    private void SeedFinishers(Dictionary<string, FinalizeAction<T>> finishers)
    {
        foreach (var (ruleSet, finisher) in finishers.ToList())
        {
            var draw = Draw.For(_seed, _stream, $"finish/{ruleSet}");
            var action = finisher.Action;
            finishers[ruleSet] = new FinalizeAction<T>
            {
                RuleSet = finisher.RuleSet,
                Action = (hub, record) =>
                {
                    Enter(draw, "FinishWith");
                    action(hub, record);
                },
            };
        }
    }

    private void Enter(Draw draw, string rule)
    {
        CurrentRule = rule;
        _hub.Random = new Randomizer((int)draw.Bits(_index));
    }

    private static TField Field<TField>(Faker<T> faker, string name)
        where TField : class =>
        typeof(Faker<T>).GetField(name, BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public)?.GetValue(faker) as TField
        ?? throw new NotSupportedException(
            $"Bogus {typeof(Faker<T>).Assembly.GetName().Version} keeps no field '{name}', so its rules cannot be seeded one by one. Use Bogus 35.6.");
}
