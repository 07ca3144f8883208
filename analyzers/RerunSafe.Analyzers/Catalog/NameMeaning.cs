namespace RerunSafe.Analyzers.Catalog;

/// <summary>What a name says where nothing else does. Patterns are matched against the name's words (snake, camel and Pascal case).</summary>
internal enum NameMeaning
{
    /// <summary>"log-table": a table that exists to log (audit, history, log, event log, job run).</summary>
    LogTable,

    /// <summary>"guard-table": a table that exists to guard (inbox, processed message, idempotency key, outbox).</summary>
    GuardTable,

    /// <summary>"dead-letter": a table, topic, folder, file or member that takes dead letters.</summary>
    DeadLetter,

    /// <summary>"staging-table": a table that is merged or swapped later.</summary>
    StagingTable,

    /// <summary>"attempt-counter": a column or member that counts attempts, retries, hits or versions.</summary>
    AttemptCounter,

    /// <summary>"audit-time": a column or member that says when the row was touched (created_at, loaded_at, modified).</summary>
    AuditTime,

    /// <summary>"due-time": a column or member that says when work is due, expires or may be tried again.</summary>
    DueTime,

    /// <summary>"slice": a column or member that names a slice (day, run_date, partition, period).</summary>
    Slice,

    /// <summary>"version": a column or member that carries a version (version, rowversion, etag, sequence).</summary>
    Version,

    /// <summary>"status": a column or member that carries a state.</summary>
    Status,

    /// <summary>"failure-record": a member that records or counts a failure (errors.Add, AddError, Failed++).</summary>
    FailureRecord,

    /// <summary>"temporary-path": a variable or path that is temporary.</summary>
    TemporaryPath,

    /// <summary>"look-up": a method that asks whether something is there ("exists", "is_processed", "find").</summary>
    LookUp,

    /// <summary>"unique-violation": a member that tests for one ("is_duplicate_key", "unique_violation").</summary>
    UniqueViolation,

    /// <summary>"log-path": a file that exists to log (log, trace, journal, audit).</summary>
    LogPath,

    /// <summary>"log-member": a member or type that only tells people (log, trace, print, telemetry, metric).</summary>
    LogMember,

    /// <summary>"schedule-member": a method that hands the call in its expression argument to a scheduler.</summary>
    ScheduleMember,

    /// <summary>"sql-member": a method that runs its text argument as SQL.</summary>
    SqlMember,

    /// <summary>"log-column": a column of a log; a table with two of them is one, whatever its name.</summary>
    LogColumn,

    /// <summary>"migration-member": a member or type that brings a schema up to date, and knows which steps were taken.</summary>
    MigrationMember,

    /// <summary>"transaction-member": a method, attribute or type that runs what it is about in one transaction.</summary>
    TransactionMember,

    /// <summary>"checkpoint": a table, column, member, key or file that says how far a run has come (watermark, offset, bookmark, last sync).</summary>
    Checkpoint,

    /// <summary>"save-member": a method that keeps what it is handed (save, store, update, set, persist).</summary>
    SaveMember,

    /// <summary>"nothing-done": a failure (an exception, an error code) after which the attempt has left nothing behind: a conflict, a deadlock, a refusal.</summary>
    NothingDone,

    /// <summary>"commit-member": a member that writes what a unit of work has gathered.</summary>
    CommitMember,

    /// <summary>"dispatch-member": a method that hands its argument to the one handler of the argument's type (Send, Publish, Dispatch).</summary>
    DispatchMember,

    /// <summary>"handler-member": a method that handles its first argument, a request or message (Handle, ExecuteAsync).</summary>
    HandlerMember,

    /// <summary>"fetch-member": a method that fetches records from elsewhere (GetOrders, LoadAsync, DownloadPrices).</summary>
    FetchMember,

    /// <summary>"range-bound": a parameter or member that bounds what is read (from, to, since, start_date).</summary>
    RangeBound,

    /// <summary>"scratch-path": a file that is made anew when it is missing or broken (cache, pid, lock, diagnostics).</summary>
    ScratchPath,

    /// <summary>"idempotency-key": a header, member or parameter that carries an idempotency key (Idempotency-Key, request_id, deduplication_id).</summary>
    IdempotencyKey,

    /// <summary>"query-path": an address, operation or type that asks and changes nothing, or opens a session (token, login, search, graphql).</summary>
    QueryPath,

    /// <summary>"alert": a message to people or a monitor that may come twice (alert, heartbeat, metric, Slack, Telegram).</summary>
    Alert,

    /// <summary>"endpoint": a type that answers requests of people or programs (a controller, a page, a hub).</summary>
    Endpoint,

    /// <summary>"dedup-key": a variable, member or column by which duplicates are told (dedup_key, fingerprint, row_hash).</summary>
    DedupKey,

    /// <summary>"sample-table": a table of readings, each of which says what was so at its time (stats, metrics, readings, snapshots).</summary>
    SampleTable,

    /// <summary>"set-up-file": a file, member or type of a set-up, which a person makes and looks after (project, configuration, certificate).</summary>
    SetUpFile,

    /// <summary>"lock-member": a member, type or attribute that lets one run at a time go on (AcquireLock, Semaphore, Singleton).</summary>
    LockMember,

    /// <summary>"append-member": a method that adds what it is handed to a store (AddAsync, CreateOrder, InsertMany).</summary>
    AppendMember,

    /// <summary>"run-state": the state of a run that is under way (in progress, running, started): a row in it records the run.</summary>
    RunState,

    /// <summary>"health-probe": asks whether a server answers (health check, ping, smoke test); what it sends means nothing.</summary>
    HealthProbe,

    /// <summary>"pipeline-member": a member or type that works on records for a sink (import, load, transform, deduplicate, job, consumer).</summary>
    PipelineMember,

    /// <summary>"dead-letter-sink": by its own words where dead letters go, and nothing else (dead_letter, dlq, quarantine, poison).</summary>
    DeadLetterSink,

    /// <summary>"delivery-limit": a member, header or condition that tells how often a record was delivered, or whether trying again may help (redelivered, x-death, is_transient).</summary>
    DeliveryLimit,

    /// <summary>"dead-letter-argument": the key of a setting that gives a queue its dead-letter target (x-dead-letter-exchange, RedrivePolicy).</summary>
    DeadLetterArgument,

    /// <summary>"reply-queue": a queue whose records nobody has to keep (reply, response, rpc, temp).</summary>
    ReplyQueue,

    /// <summary>"forward-member": a method that passes on what it is handed, or sets it aside (move, route, enqueue, produce, park, quarantine).</summary>
    ForwardMember,

    /// <summary>"upsert-member": a method that writes what it is handed once, whatever is there (AddOrUpdate, InsertIfNotExists, EnsureCreated).</summary>
    UpsertMember,

    /// <summary>"store-type": a type that reads and writes stored things (OrderRepository, IUserDao, UnitOfWork).</summary>
    StoreType,

    /// <summary>"notify-member": a member or type that tells people or screens about a record (notify, notification, broadcast).</summary>
    NotifyMember,

    /// <summary>"clean-up-member": a method that takes away what is no longer needed (delete, remove, purge, close).</summary>
    CleanUpMember,

    /// <summary>"dequeue-member": a method that takes the next record out of a queue (dequeue, receive_message).</summary>
    DequeueMember,

    /// <summary>"settle-member": a method that says that a record is done (ack, complete_message, mark_processed, archive).</summary>
    SettleMember,

    /// <summary>"own-copy-path": a file or object that each run leaves for itself (a backup, an archive, a snapshot).</summary>
    OwnCopyPath,

    /// <summary>"parse-member": a method that turns raw input into a record and tells whether it could (try_parse, try_deserialize).</summary>
    ParseMember,

    /// <summary>"validate-member": a method that tells whether a record is right (validate, is_valid).</summary>
    ValidateMember,

    /// <summary>"clock-member": a member without arguments that hands out the current time (UtcNow, GetNow, Today).</summary>
    ClockMember,

    /// <summary>"handler-type": a type that works on the messages it is handed (…Handler, …Consumer, …Processor).</summary>
    HandlerType,

    /// <summary>"message-type": a type that comes over a broker (…Event, …Message, …Envelope).</summary>
    MessageType,

    /// <summary>"in-process-message": a type or interface of messages that never leave the process (a domain event, a notification, a request).</summary>
    InProcessMessage,

    /// <summary>"problem-log-member": a logging method for what went wrong (LogWarning, LogError, Warn, Fatal).</summary>
    ProblemLogMember,

    /// <summary>"subscribe-member": a method that is handed what handles messages, or an event that is raised for each message.</summary>
    SubscribeMember,

    /// <summary>"payload-member": the member of an envelope that holds all that was sent (Value, Body, MessageText).</summary>
    PayloadMember,

    /// <summary>"request-type": what a server hands to the code that answers one request (HttpContext, HttpListenerRequest, ServerCallContext).</summary>
    RequestType,

    /// <summary>"effect-client": a type that reaches the world outside: mails, text messages, payments, another system's API (IEmailSender, PaymentGateway, OrdersApiClient).</summary>
    EffectClient,

    /// <summary>"effect-member": a method of such a type that does something there (SendAsync, PostOrder, CreateReservation, Charge).</summary>
    EffectMember,

    /// <summary>"relative-member": a method that changes a stored number by what is already there (IncrementSize, DecreaseBalance).</summary>
    RelativeMember,

    /// <summary>"clear-member": a method that takes everything out of a sink (DeleteAll, TruncateAsync, DropCollection).</summary>
    ClearMember,
}

/// <summary>A pattern and what a name that fits it means.</summary>
/// <param name="Pattern">
/// Lower-case words joined by '_', each possibly with '*' ("audit", "*_log", "processed_*"): the pattern is compared
/// with the name broken into words, and fits where its words appear in a row; '^' at the start and '$' at the end pin it.
/// </param>
/// <param name="Meaning">What it means.</param>
internal sealed record NameEntry(string Pattern, NameMeaning Meaning);
