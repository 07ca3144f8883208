using RerunSafe.Analyzers.Catalog;

namespace RerunSafe.Analyzers.Flow;

/// <summary>Whether what was tracked on a way is written to the store.</summary>
internal static class UnitOfWork
{
    /// <summary>Somebody on the way saves, by what the catalogue knows of the call or what its name says.</summary>
    public static bool IsSavedOn(RerunPath path, Engine engine)
    {
        foreach (var step in path.Steps)
        {
            if (IsSavedIn(step.Facts, engine))
                return true;
        }

        return false;
    }

    public static bool IsSavedIn(BodyFacts facts, Engine engine)
    {
        foreach (var api in facts.Apis)
        {
            if (api.Api.Meaning == ApiMeaning.SaveChanges)
                return true;
        }

        foreach (var call in facts.Calls)
        {
            if (engine.Catalog.Names.Is(call.Target.Name, NameMeaning.CommitMember)
                || (engine.Relevance.Leads(call.Target) && engine.Effects.Of(call.Target).Meanings.Contains(ApiMeaning.SaveChanges)))
                return true;
        }

        return false;
    }
}
