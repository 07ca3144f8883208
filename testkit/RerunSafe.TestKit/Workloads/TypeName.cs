namespace RerunSafe.TestKit.Workloads;

/// <summary>Type names as they are written in C#.</summary>
internal static class TypeName
{
    public static string Of(Type type)
    {
        if (!type.IsGenericType)
            return type.Name;
        var name = type.Name.Split('`')[0];
        return $"{name}<{string.Join(", ", type.GetGenericArguments().Select(Of))}>";
    }
}
