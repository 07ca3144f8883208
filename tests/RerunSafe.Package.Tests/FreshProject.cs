using System.Text.RegularExpressions;

namespace RerunSafe.Package.Tests;

/// <summary>A project made on the spot in a temporary folder, with the packed analyzer package from the feed.</summary>
internal sealed partial class FreshProject : IDisposable
{
    public const string LeakySource = """
        using Dapper;
        using Microsoft.Data.Sqlite;

        using var db = new SqliteConnection("Data Source=orders.db");
        foreach (var line in System.IO.File.ReadLines("orders.csv"))
            db.Execute("INSERT INTO orders (id) VALUES (@id)", new { id = line });
        """;

    public const string CleanSource = """
        using Dapper;
        using Microsoft.Data.Sqlite;

        using var db = new SqliteConnection("Data Source=orders.db");
        foreach (var line in System.IO.File.ReadLines("orders.csv"))
            db.Execute("INSERT INTO orders (id) VALUES (@id) ON CONFLICT (id) DO NOTHING", new { id = line });
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("rerunsafe-fresh-").FullName;

    public FreshProject(string source, string properties = "", string frameworks = "net10.0", string packages = DatabasePackages, string items = "")
    {
        Write("nuget.config", $"""
            <configuration><packageSources><add key="packed" value="{PackedFeed.Folder}" /></packageSources></configuration>
            """);

        // Without these a folder above the temporary one could leak its settings in.
        Write("Directory.Build.props", "<Project />");
        Write("Directory.Packages.props", "<Project />");
        Write("Fresh.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFrameworks>{frameworks}</TargetFrameworks>
                <LangVersion>latest</LangVersion>
                <ImplicitUsings>disable</ImplicitUsings>
                <NoWarn>$(NoWarn);NU1603;NU1701;NU1900;NU1901;NU1902;NU1903;NU1904</NoWarn>
                {properties}
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="RerunSafe.Analyzers" Version="{PackedFeed.Version}" PrivateAssets="all" />
                {packages}
                {items}
              </ItemGroup>
            </Project>
            """);
        Write("Program.cs", source);
    }

    public const string DatabasePackages = """
        <PackageReference Include="Dapper" Version="2.1.66" />
        <PackageReference Include="Microsoft.Data.Sqlite" Version="9.0.0" />
        """;

    public string Folder => _folder;

    public void Write(string name, string content)
    {
        var path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
    }

    public string Read(string name) => File.ReadAllText(Path.Combine(_folder, name));

    public Result Build(params string[] arguments) => Dotnet(["build", "-nologo", "-v", "minimal", .. arguments]);

    public Result Dotnet(params string[] arguments)
    {
        var (exitCode, output) = PackedFeed.Run("dotnet", _folder, arguments);
        return new Result(exitCode, output);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>What a command printed.</summary>
    internal sealed partial record Result(int ExitCode, string Output)
    {
        /// <summary>The distinct lines of ours: "Program.cs(6,17): warning RERUN1001: …".</summary>
        public IReadOnlyList<string> Findings => [.. Output.Split('\n').Where(l => FindingLine().IsMatch(l)).Select(l => l.Trim()).Distinct()];

        [GeneratedRegex(@"(warning|error|info) RERUN\d{4}")]
        private static partial Regex FindingLine();
    }
}
