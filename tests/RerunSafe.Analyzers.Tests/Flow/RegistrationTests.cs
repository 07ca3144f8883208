namespace RerunSafe.Analyzers.Tests.Flow;

/// <summary>Where several types implement an interface, the one that the container is told of is the one that is called.</summary>
[Parallelizable(ParallelScope.All)]
public class RegistrationTests
{
    private const string Job = """
        public interface IStore { void Save(int id); }

        public class ImportJob(IStore store) : BackgroundService
        {
            protected override Task ExecuteAsync(CancellationToken stoppingToken)
            {
                store.Save(1);
                return Task.CompletedTask;
            }
        }
        """;

    // A minimal source stub of the registration calls of several containers.
    private const string Container = """

        public class Services
        {
            public Services AddSingleton<TService, TImplementation>() => this;
            public Services AddSingleton<TService>(Func<object, TService> make) => this;
            public Services TryAddScoped(Type service, Type implementation) => this;
            public Services RegisterType<T>() => this;
            public Services As<T>() => this;
            public Services Decorate<TService, TImplementation>() => this;
        }
        """;

    private static string Stores(bool first, bool second) => $$"""
        public class SqlStore(SqliteConnection db) : IStore
        {
            public void Save(int id) => db.Execute("{{Mark(first)}} (id) VALUES (@id)", new { id });
        }

        public class OtherStore(SqliteConnection db) : IStore
        {
            public void Save(int id) => db.Execute("{{Mark(second)}} (id) VALUES (@id)", new { id });
        }
        """;

    private static string Mark(bool isReported) => isReported ? "{|RERUN1001:INSERT INTO orders|}" : "INSERT INTO orders";

    private static string Setup(string line) => $"public static class Setup {{ public static void Add(Services services) {{ {line} }} }}" + Container;

    [TestCase("services.AddSingleton<IStore, SqlStore>();")]
    [TestCase("services.AddSingleton<IStore>(s => new SqlStore(new SqliteConnection()));")]
    [TestCase("services.TryAddScoped(typeof(IStore), typeof(SqlStore));")]
    [TestCase("services.RegisterType<SqlStore>().As<IStore>();")]
    public Task Only_the_registered_one_is_followed(string line) => Verify.LibraryAsync(Job, Stores(true, false), Setup(line));

    [TestCase("services.AddSingleton<IStore, SqlStore>(); services.AddSingleton<IStore, OtherStore>();")]
    [TestCase("services.Decorate<IStore, SqlStore>();")]
    [TestCase("services.AddSingleton<IStore>(s => Make());")]
    [TestCase("")]
    public Task All_are_followed_where_no_registration_decides(string line) => Verify.LibraryAsync(
        Job, Stores(true, true), Setup(line).Replace("public static class Setup {", "public static class Setup { private static IStore Make() => throw new NotSupportedException();"));
}
