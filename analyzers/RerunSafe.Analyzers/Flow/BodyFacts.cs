using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using RerunSafe.Analyzers.Catalog;
using RerunSafe.Analyzers.Sql;

namespace RerunSafe.Analyzers.Flow;

/// <summary>A call to a member of this compilation (or to an interface that it may implement).</summary>
internal sealed record CallFact(IMethodSymbol Target, IOperation Site);

/// <summary>SQL that reaches a database API.</summary>
/// <param name="Site">The call that runs it.</param>
/// <param name="Api">What the catalogue says of that call; for a wrapper of this compilation, of the call inside it.</param>
/// <param name="Texts">The texts that may run there (several where branches choose).</param>
/// <param name="Method">The method called.</param>
internal sealed record SqlFact(IOperation Site, ApiEntry Api, ImmutableArray<ResolvedSql> Texts, IMethodSymbol Method);

/// <summary>A text with its reading and its place in the source.</summary>
internal sealed record ResolvedSql(ResolvedText Source, SqlScript Script);

/// <summary>A call that the catalogue knows, other than SQL.</summary>
internal sealed record ApiFact(IOperation Site, ApiEntry Api, ISymbol Member)
{
    /// <summary>"File.WriteAllText", "new StreamWriter": for messages.</summary>
    public string Name => NameOf(Member);

    public static string NameOf(ISymbol member) => member is IMethodSymbol { MethodKind: MethodKind.Constructor }
        ? "new " + member.ContainingType.Name
        : member.ContainingType.Name + "." + member.Name;
}

/// <summary>A loop that takes one record at a time, or a call that runs a delegate for each.</summary>
/// <param name="Loop">The loop; the lambda or method group that is run per record.</param>
/// <param name="Record">The local that holds the record, where there is one.</param>
/// <param name="Source">The operation that yields the records.</param>
/// <param name="Api">What the catalogue says of it; null for an asynchronous stream.</param>
internal sealed record RecordLoopFact(IOperation Loop, ILocalSymbol? Record, IOperation Source, ApiEntry? Api)
{
    /// <summary>What runs once per record.</summary>
    public IOperation Body => Loop is ILoopOperation loop ? loop.Body : Loop;

    /// <summary>The records are fetched by a call that shows no more than its name: a run that asks again is handed them again.</summary>
    public bool IsFetched { get; init; }

    /// <summary>What is handed over are records, going by the shape of the code only: what is lost of them is a suggestion.</summary>
    public bool IsLikely { get; init; }
}

/// <summary>Code that a scheduler or an event will run: a root inside a body.</summary>
internal sealed record RootFact(RootEntry Entry, IMethodSymbol? Target, IAnonymousFunctionOperation? Lambda, IOperation Site);

/// <summary>All that rules ask of one body, collected in one walk.</summary>
internal sealed class BodyFacts
{
    public BodyFacts(IMethodSymbol method, IOperation root, SemanticModel model)
    {
        Method = method;
        Root = root;
        Model = model;
    }

    /// <summary>The member; for a lambda that is a root of its own, the lambda's symbol.</summary>
    public IMethodSymbol Method { get; }

    /// <summary>The body's operation: a method body, constructor body, block or anonymous function.</summary>
    public IOperation Root { get; }

    public SemanticModel Model { get; }

    public List<CallFact> Calls { get; } = [];

    public List<SqlFact> Sql { get; } = [];

    /// <summary>Known calls by meaning.</summary>
    public List<ApiFact> Apis { get; } = [];

    /// <summary>Calls of other projects' clients that do something in the world outside, going by their names.</summary>
    public List<ApiFact> EffectsElsewhere { get; } = [];

    public List<ChangeFact> Changes { get; } = [];

    /// <summary>Things put into a collection that is a property of another object: order.Lines.Add(line).</summary>
    public List<IInvocationOperation> CollectionAdds { get; } = [];

    public List<RecordLoopFact> RecordLoops { get; } = [];

    /// <summary>Calls that fetch something elsewhere with arguments that may bound it.</summary>
    public List<IInvocationOperation> BoundedCalls { get; } = [];

    /// <summary>Every loop, also those over records.</summary>
    public List<ILoopOperation> Loops { get; } = [];

    public List<ICatchClauseOperation> Catches { get; } = [];

    /// <summary>Calls that turn raw input into a record or check one, and may tell by their result that it is wrong.</summary>
    public List<IInvocationOperation> Checks { get; } = [];

    public List<RootFact> Roots { get; } = [];

    /// <summary>The lambdas inside that are roots of their own, with their own facts.</summary>
    public List<(RootFact Root, BodyFacts Facts)> RootLambdas { get; } = [];

    /// <summary>Some statement in it throws.</summary>
    public bool HasThrow { get; set; }

    /// <summary>Some statement in it gives a field, a property or an element a value.</summary>
    public bool AssignsState { get; set; }

    /// <summary>The body is too large to be read as a whole: facts behind the limit are missing.</summary>
    public bool IsCut { get; set; }

    /// <summary>It hands something to a member of another assembly that nobody knows, or to one that does not bind.</summary>
    public bool HandsOut { get; set; }

    /// <summary>Whether a field is asked whether it holds a key: only then may a set in memory decide anything.</summary>
    public bool AsksSet { get; set; }

    private ControlFlow? _flow;

    /// <summary>Control flow, built when a rule first asks.</summary>
    public ControlFlow Flow => _flow ??= new ControlFlow(Root);

    /// <summary>Every statement that the body runs, in order.</summary>
    public IEnumerable<SqlUse> Statements()
    {
        foreach (var fact in Sql)
        {
            foreach (var text in fact.Texts)
            {
                foreach (var statement in text.Script.Statements)
                    yield return new SqlUse(fact, text, statement);
            }
        }
    }

    /// <summary>This body and the lambdas in it that are roots of their own.</summary>
    public IEnumerable<BodyFacts> WithRootLambdas()
    {
        yield return this;
        foreach (var (_, facts) in RootLambdas)
        {
            foreach (var inner in facts.WithRootLambdas())
                yield return inner;
        }
    }

    /// <summary>The calls that take things out of a set, now or when the unit of work is saved.</summary>
    public IEnumerable<ApiFact> Removals()
    {
        foreach (var fact in Apis)
        {
            if (fact.Api.Meaning is ApiMeaning.Overwrite or ApiMeaning.MarksRemoval)
                yield return fact;
        }
    }

    public IEnumerable<ApiFact> Of(ApiMeaning meaning)
    {
        foreach (var fact in Apis)
        {
            if (fact.Api.Meaning == meaning)
                yield return fact;
        }
    }
}
