using ClusterLog.Broker.Clients;

namespace ClusterLog.Broker.Tests.Clients;

public sealed class RequestWindowTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WaitForRoom_WhenFullOfRequests_WaitsForOneToLeave()
    {
        var window = new RequestWindow(requestsMax: 2, bytesMax: 100);
        await window.WaitForRoomAsync(Cancelled);
        window.Enter();
        await window.WaitForRoomAsync(Cancelled);
        window.Enter();
        var room = window.WaitForRoomAsync(Cancelled);
        Assert.False(room.IsCompleted);
        window.Leave(0);
        await room;
    }

    [Fact]
    public async Task WaitForRoom_WhenFullOfBytes_WaitsForEnoughToLeave()
    {
        var window = new RequestWindow(requestsMax: 10, bytesMax: 100);
        window.Enter();
        window.AddBytes(80);
        window.Enter();
        window.AddBytes(80);
        var room = window.WaitForRoomAsync(Cancelled);
        window.AddBytes(-10);
        Assert.False(room.IsCompleted);
        window.Leave(70);
        await room;
    }

    [Fact]
    public async Task WaitForRoom_Cancelled_EndsAndTheWindowGoesOn()
    {
        var window = new RequestWindow(requestsMax: 1, bytesMax: 100);
        window.Enter();
        using var gone = new CancellationTokenSource();
        var room = window.WaitForRoomAsync(gone.Token);
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => room);
        window.Leave(0);
        await window.WaitForRoomAsync(Cancelled);
        Assert.True(window.IsEmpty);
    }

    [Fact]
    public async Task WhenEmpty_WithSeveralWaiting_TellsThemAllOnceTheLastLeaves()
    {
        var window = new RequestWindow(requestsMax: 5, bytesMax: 100);
        await window.WhenEmptyAsync();
        window.Enter();
        window.Enter();
        var (one, other) = (window.WhenEmptyAsync(), window.WhenEmptyAsync());
        window.Leave(0);
        Assert.False(one.IsCompleted);
        Assert.False(window.IsEmpty);
        window.Leave(0);
        await one;
        await other;
        Assert.True(window.IsEmpty);
    }
}
