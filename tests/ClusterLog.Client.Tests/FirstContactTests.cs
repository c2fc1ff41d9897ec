using System.Net;
using System.Net.Sockets;
using ClusterLog.Protocol;

namespace ClusterLog.Client.Tests;

/// <summary>What a client says that was given the wrong address, and how soon.</summary>
public sealed class FirstContactTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Call_NobodyListens_FailsLongBeforeTheRequestTimeout(bool isConsuming)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var address = listener.LocalEndpoint.ToString()!;
        listener.Stop();
        await using var client = CreateClient(address);

        var call = isConsuming ? ConsumeAsync(client) : client.Admin.ListTopicsAsync(Cancelled);

        var error = await Assert.ThrowsAsync<ClusterLogException>(() => call.WaitAsync(Patience, Cancelled));
        Assert.Contains($"Broker {address} cannot be reached", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Call_WhatListensSpeaksHttp_SaysSo()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var answering = AnswerAsync(listener);
        await using var client = CreateClient(listener.LocalEndpoint.ToString()!);

        var error = await Assert.ThrowsAsync<ClusterLogException>(
            () => client.Admin.ListTopicsAsync(Cancelled).WaitAsync(Patience, Cancelled));

        await answering;
        Assert.Equal(ErrorCode.MalformedRequest, error.Code);
        Assert.Contains($"{listener.LocalEndpoint} speaks HTTP", error.Message, StringComparison.Ordinal);
    }

    private static ClusterLogClient CreateClient(string address) => new(new ClusterLogClientOptions
    {
        Bootstrap = [address],
        RequestTimeout = TimeSpan.FromMinutes(10),
        FirstContactTimeout = TimeSpan.FromMilliseconds(100),
    });

    private static async Task ConsumeAsync(ClusterLogClient client)
    {
        await foreach (var record in client.ConsumeAsync(new ConsumeOptions { Topic = "t" }, Cancelled))
        {
            Assert.Fail($"There is no {record.Offset}.");
        }
    }

    private static async Task AnswerAsync(TcpListener listener)
    {
        using var accepted = await listener.AcceptTcpClientAsync(Cancelled);
        var stream = accepted.GetStream();
        await stream.ReadExactlyAsync(new byte[1], Cancelled);
        await stream.WriteAsync("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"u8.ToArray(), Cancelled);
    }
}
