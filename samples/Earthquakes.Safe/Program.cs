using Earthquakes;

var builder = Host.CreateApplicationBuilder(args);
builder.Services.Configure<FeedOptions>(builder.Configuration.GetSection("Feed"));
builder.Services.AddSingleton(TimeProvider.System);
builder.Services.AddHostedService<FeedWorker>();

await builder.Build().RunAsync();
