using System.Text.Json;
using ClusterLog.Broker.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace ClusterLog.Broker.Http;

/// <summary>What a broker serves over HTTP: its health and its metrics.</summary>
internal static class HttpEndpoints
{
    private static readonly string[] ReadMethods = [HttpMethods.Get, HttpMethods.Head];

    public static void Map(IEndpointRouteBuilder routes, IBrokerHealth health, PrometheusExporter metrics)
    {
        routes.MapMethods("/health/live", ReadMethods, context => WriteHealthAsync(
            context, health.IsLive, health.IsLive ? "live" : "failed", health.IsLive ? health.Warnings : health.Reasons));
        routes.MapMethods("/health/ready", ReadMethods, context => WriteHealthAsync(
            context, health.IsReady, health.IsReady ? "ready" : "not ready", health.IsReady ? health.Warnings : health.Reasons));
        routes.MapMethods("/metrics", ReadMethods, context => WriteTextAsync(
            context, metrics.Scrape(), PrometheusText.ContentType));
        routes.MapMethods("/", ReadMethods, context => WriteTextAsync(
            context, "ClusterLog broker: /health/live /health/ready /metrics\n", "text/plain; charset=utf-8"));
    }

    private static async Task WriteHealthAsync(
        HttpContext context, bool isGood, string status, IReadOnlyList<string> reasons)
    {
        context.Response.StatusCode = isGood ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        if (HttpMethods.IsHead(context.Request.Method))
        {
            return;
        }

        await using var json = new Utf8JsonWriter(context.Response.BodyWriter);
        json.WriteStartObject();
        json.WriteString("status", status);
        json.WriteStartArray("reasons");
        foreach (var reason in reasons)
        {
            json.WriteStringValue(reason);
        }

        json.WriteEndArray();
        json.WriteEndObject();
        await json.FlushAsync(context.RequestAborted);
    }

    private static Task WriteTextAsync(HttpContext context, string text, string contentType)
    {
        context.Response.ContentType = contentType;
        context.Response.Headers.CacheControl = "no-store";
        return HttpMethods.IsHead(context.Request.Method)
            ? Task.CompletedTask
            : context.Response.WriteAsync(text, context.RequestAborted);
    }
}
