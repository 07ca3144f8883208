using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;

namespace RerunSafe.TestKit.Tests.Seams;

/// <summary>The least of a provider that has batches, which Microsoft.Data.Sqlite has not. It writes down what it executes.</summary>
internal sealed class BatchConnection : DbConnection
{
    private ConnectionState _state;

    public List<string> Executed { get; } = [];

    [AllowNull]
    public override string ConnectionString { get; set; } = "";

    public override string Database => "";

    public override string DataSource => "";

    public override string ServerVersion => "";

    public override ConnectionState State => _state;

    public override bool CanCreateBatch => true;

    public override void ChangeDatabase(string databaseName) => throw new NotSupportedException();

    public override void Open() => _state = ConnectionState.Open;

    public override void Close() => _state = ConnectionState.Closed;

    protected override DbTransaction BeginDbTransaction(IsolationLevel isolationLevel) => throw new NotSupportedException();

    protected override DbCommand CreateDbCommand() => throw new NotSupportedException();

    protected override DbBatch CreateDbBatch() => new Batch();

    private sealed class Batch : DbBatch
    {
        private readonly Commands _commands = new();

        public override int Timeout { get; set; }

        protected override DbBatchCommandCollection DbBatchCommands => _commands;

        protected override DbConnection? DbConnection { get; set; }

        protected override DbTransaction? DbTransaction { get; set; }

        public override int ExecuteNonQuery()
        {
            foreach (var command in _commands)
                ((BatchConnection)DbConnection!).Executed.Add(command.CommandText);

            return _commands.Count;
        }

        public override Task<int> ExecuteNonQueryAsync(CancellationToken cancellationToken = default) => Task.FromResult(ExecuteNonQuery());

        public override object? ExecuteScalar() => ExecuteNonQuery();

        public override Task<object?> ExecuteScalarAsync(CancellationToken cancellationToken = default) => Task.FromResult(ExecuteScalar());

        public override void Cancel()
        {
        }

        public override void Prepare()
        {
        }

        public override Task PrepareAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;

        protected override DbDataReader ExecuteDbDataReader(CommandBehavior behavior)
        {
            ExecuteNonQuery();
            return new DataTable().CreateDataReader();
        }

        protected override Task<DbDataReader> ExecuteDbDataReaderAsync(CommandBehavior behavior, CancellationToken cancellationToken) =>
            Task.FromResult(ExecuteDbDataReader(behavior));

        protected override DbBatchCommand CreateDbBatchCommand() => new Command();
    }

    private sealed class Command : DbBatchCommand
    {
        public override string CommandText { get; set; } = "";

        public override CommandType CommandType { get; set; } = CommandType.Text;

        public override int RecordsAffected => 0;

        protected override DbParameterCollection DbParameterCollection => throw new NotSupportedException();
    }

    private sealed class Commands : DbBatchCommandCollection
    {
        private readonly List<DbBatchCommand> _items = [];

        public override int Count => _items.Count;

        public override bool IsReadOnly => false;

        public override void Add(DbBatchCommand item) => _items.Add(item);

        public override void Clear() => _items.Clear();

        public override bool Contains(DbBatchCommand item) => _items.Contains(item);

        public override void CopyTo(DbBatchCommand[] array, int arrayIndex) => _items.CopyTo(array, arrayIndex);

        public override IEnumerator<DbBatchCommand> GetEnumerator() => _items.GetEnumerator();

        public override int IndexOf(DbBatchCommand item) => _items.IndexOf(item);

        public override void Insert(int index, DbBatchCommand item) => _items.Insert(index, item);

        public override bool Remove(DbBatchCommand item) => _items.Remove(item);

        public override void RemoveAt(int index) => _items.RemoveAt(index);

        protected override DbBatchCommand GetBatchCommand(int index) => _items[index];

        protected override void SetBatchCommand(int index, DbBatchCommand batchCommand) => _items[index] = batchCommand;
    }
}
