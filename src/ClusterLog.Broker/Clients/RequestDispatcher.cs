using System.Buffers;
using ClusterLog.MessagePack;
using ClusterLog.Protocol;
using ClusterLog.Protocol.Frames;
using ClusterLog.Protocol.Messages;

namespace ClusterLog.Broker.Clients;

/// <summary>
/// Step 6: from a frame to its handler. What a handler keeps of the frame it copies before it returns: the frame's
/// memory belongs to the connection.
/// </summary>
internal sealed class RequestDispatcher
{
    /// <summary>The longest string of a request, in bytes: a topic's or a client's name.</summary>
    private const int StringBytesMax = 4096;

    /// <summary>The most elements of a list in a request: partitions of a fetch, topics of a metadata request.</summary>
    private const int CollectionCountMax = 10_000;

    private readonly ClientServices _services;
    private readonly MessagePackLimits _limits;
    private readonly HandshakeHandler _handshake;
    private readonly MetadataHandler _metadata;
    private readonly TopicHandler _topics;
    private readonly ProduceHandler _produce;
    private readonly FetchHandler _fetch;
    private readonly ListOffsetsHandler _offsets;
    private readonly ClusterStatusHandler _status;
    private readonly InitProducerHandler _producers;
    private readonly GetHandler _keys;
    private readonly MoveHandler _moves;

    public RequestDispatcher(ClientServices services)
    {
        _services = services;
        _limits = new MessagePackLimits
        {
            StringBytesMax = StringBytesMax,
            BinaryBytesMax = services.Options.Limits.FrameBytesMax,
            CollectionCountMax = CollectionCountMax,
        };
        _handshake = new HandshakeHandler(services);
        _metadata = new MetadataHandler(services);
        _topics = new TopicHandler(services);
        _produce = new ProduceHandler(services);
        _fetch = new FetchHandler(services);
        _offsets = new ListOffsetsHandler(services);
        _status = new ClusterStatusHandler(services);
        _producers = new InitProducerHandler(services);
        _keys = new GetHandler(services);
        _moves = new MoveHandler(services);
    }

    /// <summary>Starts a request. False when the connection must end: what came is no request, or may not come here.</summary>
    public bool Dispatch(ClientConnection connection, in ReadOnlySequence<byte> frame)
    {
        var reader = new MessagePackReader(frame, _limits);
        connection.Window.Enter();
        var isRequest = RequestFrame.TryReadHeader(ref reader, out var header);
        var request = new ClientRequest(connection, header, _services.Time.GetTimestamp());
        if (!isRequest)
        {
            request.Fail(ErrorCode.MalformedRequest, $"A request is an array of api, version and correlation id: {reader.Error}");
            return false;
        }

        if (!connection.HasShakenHands && header.Api != ApiKey.Handshake)
        {
            request.Fail(ErrorCode.HandshakeRequired, $"The first request must be a Handshake (api 0), found api {(int)header.Api}.");
            return false;
        }

        if (connection.IsOneTooMany)
        {
            request.Fail(
                ErrorCode.TooManyConnections,
                $"This broker takes at most {_services.Options.Limits.ConnectionsMax} connections.",
                retryAfterMs: 1000);
            return false;
        }

        var known = ApiRegistry.Check(header.Api, header.Version);
        if (known != ErrorCode.None)
        {
            request.Fail(known, $"Api {(int)header.Api} version {header.Version} is not served here; the handshake lists what is.");
            return true;
        }

        Start(ref reader, request);
        return true;
    }

    private void Start(ref MessagePackReader reader, ClientRequest request)
    {
        switch (request.Header.Api)
        {
            case ApiKey.Handshake when Read<HandshakeRequest>(ref reader, request, out var body):
                _handshake.Handle(request, body);
                break;
            case ApiKey.Metadata when Read<MetadataRequest>(ref reader, request, out var body):
                _metadata.Handle(request, body);
                break;
            case ApiKey.CreateTopic when Read<CreateTopicRequest>(ref reader, request, out var body):
                Run(request, () => _topics.CreateAsync(request, body));
                break;
            case ApiKey.DeleteTopic when Read<DeleteTopicRequest>(ref reader, request, out var body):
                Run(request, () => _topics.DeleteAsync(request, body));
                break;
            case ApiKey.DescribeTopic when Read<DescribeTopicRequest>(ref reader, request, out var body):
                Run(request, () => _topics.DescribeAsync(request, body));
                break;
            case ApiKey.Produce when Read<ProduceRequest>(ref reader, request, out var body):
                _produce.Handle(request, body);
                break;
            case ApiKey.Fetch when Read<FetchRequest>(ref reader, request, out var body):
                Run(request, () => _fetch.HandleAsync(request, body));
                break;
            case ApiKey.ListOffsets when Read<ListOffsetsRequest>(ref reader, request, out var body):
                Run(request, () => _offsets.HandleAsync(request, body));
                break;
            case ApiKey.ClusterStatus when Read<ClusterStatusRequest>(ref reader, request, out _):
                Run(request, () => _status.HandleAsync(request));
                break;
            case ApiKey.InitProducer when Read<InitProducerRequest>(ref reader, request, out var body):
                Run(request, () => _producers.HandleAsync(request, body));
                break;
            case ApiKey.Get when Read<GetRequest>(ref reader, request, out var body):
                Run(request, () => _keys.HandleAsync(request, body));
                break;
            case ApiKey.AlterTopic when Read<AlterTopicRequest>(ref reader, request, out var body):
                Run(request, () => _topics.AlterAsync(request, body));
                break;
            default:
                StartMove(ref reader, request);
                break;
        }
    }

    private void StartMove(ref MessagePackReader reader, ClientRequest request)
    {
        switch (request.Header.Api)
        {
            case ApiKey.MovePartition when Read<MovePartitionRequest>(ref reader, request, out var body):
                Run(request, () => _moves.MoveAsync(request, body));
                break;
            case ApiKey.ListMoves when Read<ListMovesRequest>(ref reader, request, out _):
                Run(request, () => _moves.ListAsync(request));
                break;
            case ApiKey.Rebalance when Read<RebalanceRequest>(ref reader, request, out var body):
                Run(request, () => _moves.RebalanceAsync(request, body));
                break;
            case ApiKey.ResizeTopic when Read<ResizeTopicRequest>(ref reader, request, out var body):
                Run(request, () => _moves.ResizeAsync(request, body));
                break;
            default:
                break; // The body was malformed, and the client has been told.
        }
    }

    private static bool Read<TRequest>(ref MessagePackReader reader, ClientRequest request, out TRequest body)
        where TRequest : IRequest<TRequest>
    {
        if (RequestFrame.TryReadBody(ref reader, request.Header, out body))
        {
            return true;
        }

        request.Fail(ErrorCode.MalformedRequest, $"{TRequest.Api} request: {reader.Error ?? "it ends too early"}");
        return false;
    }

    /// <summary>Runs a handler that waits. The request's place in its connection's window stands for the task.</summary>
    private void Run(ClientRequest request, Func<Task> handler) => _ = RunAsync(request, handler);

    private async Task RunAsync(ClientRequest request, Func<Task> handler)
    {
        try
        {
            await handler();
        }
        catch (BrokerException exception)
        {
            request.Fail(exception.Code, exception.Message, exception.RetryAfterMs);
        }
        catch (OperationCanceledException)
        {
            request.Fail(ErrorCode.ShuttingDown, "The broker or the connection is closing.");
        }
        catch (Exception exception)
        {
            // A fault of ours: the client hears that there was one, the log says which.
            _services.Logger.RequestFaulted(request.ApiName, request.Connection.Name, exception);
            request.Fail(ErrorCode.Internal, $"The broker met a fault of its own while serving {request.ApiName}.");
        }
    }
}
