namespace RerunSafe.Analyzers.Tests.Catalog;

/// <summary>
/// Types of the catalogue that no obtainable package declares: their IDs rest on the documentation alone. A test fails
/// as soon as one of them can be obtained after all.
/// </summary>
internal static class UnobtainableLibraries
{
    private const string NotServed = "no package with this library is served by the registry that the tests use";

    private static readonly (string Prefix, string Reason)[] Known =
    [
        ("Amazon.Kinesis.ClientLibrary.", NotServed),
        ("Amazon.Lambda.", NotServed),
        ("Amazon.SimpleNotificationService.", NotServed),
        ("Apache.NMS.", NotServed),
        ("AWS.Messaging.", NotServed),
        ("Azure.Communication.Email.", NotServed),
        ("Azure.Messaging.EventHubs.EventProcessorClient", "Azure.Messaging.EventHubs.Processor is not served"),
        ("ClickHouse.Client.", "the driver is served under its new name ClickHouse.Driver only"),
        ("CliFx.", NotServed),
        ("DurableTask.Core.", NotServed),
        ("EPiServer.", NotServed),
        ("Foundatio.", NotServed),
        ("JustSaying.", NotServed),
        ("MediaBrowser.", NotServed),
        ("Microsoft.ServiceBus.Messaging.", NotServed),
        ("MQTTnet.Client.", "only MQTTnet 5 is served, which moved its types to another namespace"),
        ("MQTTnet.Extensions.ManagedClient.", "only MQTTnet 5 is served, which has no managed client"),
        ("NCronJob.", NotServed),
        ("Nop.Services.", NotServed),
        ("Paramore.Brighter.", NotServed),
        ("Smartstore.", NotServed),
        ("System.CommandLine.Handler", "only in previews before 2.0"),
        ("Dapper.Contrib.", NotServed),
        ("Dapper.SimpleCRUD", NotServed),
        ("DbContextExtensions", "Z.EntityFramework.Extensions.EFCore is not served"),
        ("EFCore.BulkExtensions.", NotServed),
        ("EntityFramework.Exceptions.", NotServed),
        ("EasyNetQ.", NotServed),
        ("EventStore.Client.", NotServed),
        ("FluentScheduler.", NotServed),
        ("Google.Cloud.", NotServed),
        ("KafkaFlow.", NotServed),
        ("LinqToDB.Data.DataConnectionExtensions", "only linq2db 6 is served, which renamed the class to DataContextExtensions"),
        ("Marten.Exceptions.DocumentAlreadyExistsException", "the served Marten 9 has it in JasperFx"),
        ("MassTransit.EntityFrameworkOutboxConfigurationExtensions", "MassTransit.EntityFrameworkCore is not served"),
        ("MassTransit.MongoDbOutboxConfigurationExtensions", "MassTransit.MongoDb is not served"),
        ("Microsoft.Azure.EventHubs.Processor.", NotServed),
        ("Microsoft.Azure.ServiceBus.", NotServed),
        ("Microsoft.Azure.Functions.Worker.CosmosDBTriggerAttribute", NotServed),
        ("Microsoft.Azure.Functions.Worker.EventGridTriggerAttribute", NotServed),
        ("Microsoft.Azure.Functions.Worker.EventHubTriggerAttribute", NotServed),
        ("Microsoft.Azure.Functions.Worker.KafkaTriggerAttribute", NotServed),
        ("Microsoft.Azure.Functions.Worker.RabbitMQTriggerAttribute", NotServed),
        ("Microsoft.Azure.Functions.Worker.ServiceBus", NotServed),
        ("Microsoft.Azure.WebJobs.CosmosDBTriggerAttribute", NotServed),
        ("Microsoft.Azure.WebJobs.EventHubTriggerAttribute", NotServed),
        ("Microsoft.Azure.WebJobs.EventHubAttribute", NotServed),
        ("Microsoft.Azure.WebJobs.Extensions.Kafka.", NotServed),
        ("Microsoft.Azure.WebJobs.RabbitMQTriggerAttribute", NotServed),
        ("Microsoft.Azure.WebJobs.ServiceBus", NotServed),
        ("Microsoft.Azure.Documents.", "the licence of Microsoft.Azure.DocumentDB allows no download here"),
        ("NHibernate.", NotServed),
        ("NServiceBus.", NotServed),
        ("NanoidDotNet.", NotServed),
        ("Oakton.", NotServed),
        ("Oracle.ManagedDataAccess.", NotServed),
        ("OrchardCore.", NotServed),
        ("RT.Comb.", NotServed),
        ("Raven.Client.", NotServed),
        ("SendGrid.", NotServed),
        ("Silverback.", NotServed),
        ("SlimMessageBus.", NotServed),
        ("Snowflake.Data.", NotServed),
        ("System.Data.Entity.", "EntityFramework 6 is not served"),
        ("System.Data.Odbc.", NotServed),
        ("System.Data.OleDb.", NotServed),
        ("TickerQ.", NotServed),
        ("Tingle.EventBus.", NotServed),
        ("Topshelf.", NotServed),
        ("Umbraco.Cms.", "the packages that Umbraco.Cms needs are not served"),
        ("Volo.Abp.", NotServed),
    ];

    public static string? ReasonFor(string type)
    {
        foreach (var (prefix, reason) in Known)
        {
            if (type.StartsWith(prefix, StringComparison.Ordinal))
                return reason;
        }

        return null;
    }
}
