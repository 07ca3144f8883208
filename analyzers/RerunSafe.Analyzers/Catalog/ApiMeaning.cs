namespace RerunSafe.Analyzers.Catalog;

/// <summary>What a call, an object creation or a property access means for a rerun: the words of the catalogue.</summary>
internal enum ApiMeaning
{
    /// <summary>"execute-sql": runs SQL now. <c>argument</c> is the parameter that carries the text, or "receiver" for a command object.</summary>
    ExecuteSql,

    /// <summary>"sql-command": makes or fills an object that carries SQL (constructor with text in <c>argument</c>, or a CommandText property).</summary>
    SqlCommand,

    /// <summary>"bind-parameter": gives a parameter its value; <c>name</c> and <c>argument</c> are the parameters that carry the name and the value.</summary>
    BindParameter,

    /// <summary>"begin-transaction"</summary>
    BeginTransaction,

    /// <summary>"commit-transaction"</summary>
    CommitTransaction,

    /// <summary>"rollback-transaction"</summary>
    RollbackTransaction,

    /// <summary>"append": adds another copy to a sink each time it runs.</summary>
    Append,

    /// <summary>"upsert": converges on a key.</summary>
    Upsert,

    /// <summary>"relative": changes the value already there.</summary>
    Relative,

    /// <summary>"set-property": inside a set-based update, gives a column a value computed by its last argument (ExecuteUpdate's SetProperty).</summary>
    SetProperty,

    /// <summary>"overwrite": replaces or removes a whole slice.</summary>
    Overwrite,

    /// <summary>"save-changes": flushes a unit of work.</summary>
    SaveChanges,

    /// <summary>"clock": yields the wall clock.</summary>
    Clock,

    /// <summary>"random": yields a value that differs on every run.</summary>
    Random,

    /// <summary>"log": tells a person or a log, and nobody acts on it.</summary>
    Log,

    /// <summary>"best-effort": telemetry, metrics, notifications, health: losing it loses no record.</summary>
    BestEffort,

    /// <summary>"dead-letter": sets a record aside with its evidence.</summary>
    DeadLetter,

    /// <summary>"settle-ack": tells the source that a record is done.</summary>
    SettleAck,

    /// <summary>"settle-nack": tells the source that a record is not done (requeue, abandon, reject).</summary>
    SettleNack,

    /// <summary>"record-source": returns a sequence of records (File.ReadLines, CsvReader.GetRecords, ReadAllAsync).</summary>
    RecordSource,

    /// <summary>"read-record": takes the next record each time it is called (ReadLine, DbDataReader.Read, Consume).</summary>
    ReadRecord,

    /// <summary>"parse": turns raw input into a record and fails on malformed input.</summary>
    Parse,

    /// <summary>"try-parse": the same, and tells by its result that the input is malformed.</summary>
    TryParse,

    /// <summary>"validates": checks a record and tells by its result whether it is right.</summary>
    Validates,

    /// <summary>"retry": may run its delegate argument again.</summary>
    Retry,

    /// <summary>"runs-delegate": runs its delegate argument as part of the caller.</summary>
    RunsDelegate,

    /// <summary>"runs-in-transaction": runs its delegate argument inside one transaction.</summary>
    RunsInTransaction,

    /// <summary>"schedule": hands its delegate or expression argument to a scheduler: what it calls is a root.</summary>
    Schedule,

    /// <summary>"exits-process": ends the process or sets its exit code.</summary>
    ExitsProcess,

    /// <summary>"builds-web-app": a Main that calls it, or mentions the type (T:…), is a server and not a batch.</summary>
    BuildsWebApp,

    /// <summary>"reads-file": <c>argument</c> is the path that is read.</summary>
    ReadsFile,

    /// <summary>"writes-file": <c>argument</c> is the path that is written.</summary>
    WritesFile,

    /// <summary>"removes": takes the record out of its source (File.Move, File.Delete): it is not handed out again.</summary>
    Removes,

    /// <summary>"look-up": asks a sink whether something is there; <c>argument</c> is the predicate or key where it has one.</summary>
    LookUp,

    /// <summary>"waits": uses its arguments only as a time-out, delay or duration.</summary>
    Waits,

    /// <summary>"bulk-append": loads many rows into a target at once, another copy each time; <c>argument</c> names the target or carries the COPY text where it has one.</summary>
    BulkAppend,

    /// <summary>"appends-file": <c>argument</c> is the path that is appended to.</summary>
    AppendsFile,

    /// <summary>"moves-file": <c>argument</c> is the path that the finished file is moved to or replaces.</summary>
    MovesFile,

    /// <summary>"effect": reaches the outside world once more each time it runs (a message, a mail, a POST); <c>argument</c> is what is sent, <c>name</c> the parameter of an idempotency key where the call has one.</summary>
    Effect,

    /// <summary>"names-target": the property that names the table which a bulk load on the same object goes to.</summary>
    NamesTarget,

    /// <summary>"ambient-transaction": begins a transaction that connections enlist in by themselves, as far as their client does that.</summary>
    AmbientTransaction,

    /// <summary>"marks-removal": marks rows for removal when the unit of work is saved; <c>argument</c> is the row or the rows.</summary>
    MarksRemoval,

    /// <summary>"picks-survivor": keeps the first record of each key, in the order of its source (DistinctBy).</summary>
    PicksSurvivor,

    /// <summary>"groups": puts records that share a key together (GroupBy).</summary>
    Groups,

    /// <summary>"takes-one": takes one record of a sequence by its place (First, Last).</summary>
    TakesOne,

    /// <summary>"orders": puts a sequence in order (OrderBy).</summary>
    Orders,

    /// <summary>"builds-retry": makes a policy that retries (WaitAndRetry, AddRetry).</summary>
    BuildsRetry,

    /// <summary>"key": an attribute, a property of a store's interface or a model builder's call that declares the key of a stored type.</summary>
    Key,

    /// <summary>"unique-key": the same for another unique key.</summary>
    UniqueKey,

    /// <summary>"generated-key": an attribute that lets the store make the key.</summary>
    GeneratedKey,

    /// <summary>"names-object": <c>argument</c> is the name under which an object (a blob, a file in a store) is written, by this call or through the handle that it returns.</summary>
    NamesObject,

    /// <summary>"asks-operator": waits for somebody at the console; a program that uses the answer is no batch.</summary>
    AsksOperator,

    /// <summary>"handles-command": makes its delegate argument the body of one command of a command-line program.</summary>
    HandlesCommand,

    /// <summary>"handles-fault": runs its delegate argument when the task that it is called on has failed; the failure is then looked after.</summary>
    HandlesFault,

    /// <summary>"auto-settles": tells the source to count each record as done when it hands it over.</summary>
    AutoSettles,

    /// <summary>"weakens-delivery": a setting (with <c>when</c>, at this value) by which a producer takes a record as sent that may be lost or sent twice.</summary>
    WeakensDelivery,

    /// <summary>"secures-delivery": a setting that decides whether a producer sends each record once.</summary>
    SecuresDelivery,

    /// <summary>"configures-producer": makes the settings of a producer whose own retries may send a record twice unless a setting says otherwise.</summary>
    ConfiguresProducer,

    /// <summary>"overwrites-file": replaces the content of the file at <c>argument</c> in place, so that a crash leaves a part of it; <c>values</c> is what is written.</summary>
    OverwritesFile,

    /// <summary>"keeps-tail": opens the file at <c>argument</c> for writing without truncating it; what was longer before stays at its end.</summary>
    KeepsTail,

    /// <summary>"configures-outbox": messages of this bus leave by way of an outbox in the database, in the transaction of the handler.</summary>
    ConfiguresOutbox,

    /// <summary>"configures-consumer": makes the settings of a consumer whose records count as done when they are handed over, unless a setting says otherwise.</summary>
    ConfiguresConsumer,

    /// <summary>"decides-settling": a setting that decides whether a consumer's records count as done when they are handed over.</summary>
    DecidesSettling,

    /// <summary>"queues-in-memory": puts its argument into a queue of the process, which is gone when the process is.</summary>
    QueuesInMemory,

    /// <summary>"flushes": waits until what was queued in memory has been sent.</summary>
    Flushes,

    /// <summary>"declares-queue": makes a queue that records are taken from; <c>argument</c> carries its settings, <c>name</c> its name.</summary>
    DeclaresQueue,

    /// <summary>"configures-queue": gives queues settings that are not to be seen where they are made.</summary>
    ConfiguresQueue,

    /// <summary>"limits-delivery": a setting that ends redelivery after a number of times.</summary>
    LimitsDelivery,

    /// <summary>"reads-setting": a setting or a section of settings, by its <c>key</c>.</summary>
    ReadsSetting,

    /// <summary>"binds-settings": fills an object, its argument or its type argument, from a section of settings.</summary>
    BindsSettings,

    /// <summary>"nothing": in a user's file, takes back what the shipped catalogue says of this ID.</summary>
    Nothing,
}
