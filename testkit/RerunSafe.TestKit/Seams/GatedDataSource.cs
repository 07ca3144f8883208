using System.Data.Common;

namespace RerunSafe.TestKit.Seams;

/// <summary>A data source whose connections all belong to one run.</summary>
internal sealed class GatedDataSource(GatedRun run, Func<DbConnection> connect, IFaultDialect? faults) : DbDataSource
{
    private string? _connectionString;

    public override string ConnectionString
    {
        get
        {
            if (_connectionString is null)
            {
                using var connection = connect();
                _connectionString = connection.ConnectionString;
            }

            return _connectionString;
        }
    }

    protected override DbConnection CreateDbConnection()
    {
        run.ThrowIfDead();
        return run.Wrap(connect(), faults);
    }
}
