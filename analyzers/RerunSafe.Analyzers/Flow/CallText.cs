namespace RerunSafe.Analyzers.Flow;

/// <summary>What the bare text of a call shows, before anything is bound.</summary>
internal static class CallText
{
    /// <summary>The first position that is no white space.</summary>
    public static int SkipSpace(string text, int position, int end)
    {
        while (position < end && char.IsWhiteSpace(text[position]))
            position++;
        return position;
    }

    /// <summary>A lambda stands between the parentheses of a call; one further down belongs to somebody else.</summary>
    public static bool TakesLambda(string text, int position, int end)
    {
        for (var depth = 1; position < end && depth > 0; position++)
        {
            if (text[position] == '(')
                depth++;
            else if (text[position] == ')')
                depth--;
            else if (text[position] == '=' && position + 1 < end && text[position + 1] == '>')
                return true;
        }

        return false;
    }
}
