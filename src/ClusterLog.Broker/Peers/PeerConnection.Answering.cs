namespace ClusterLog.Broker.Peers;

/// <content>The peer's requests in work.</content>
internal sealed partial class PeerConnection
{
    private readonly Lock _answersLock = new();
    private readonly Dictionary<long, Task> _answers = [];
    private long _lastAnswer;

    private void Answer(PeerRequest request)
    {
        var max = _mesh.Options.RequestsInFlightMax;
        lock (_answersLock)
        {
            if (_answers.Count < max)
            {
                var key = ++_lastAnswer;
                _answers.Add(key, Task.Run(() => AnswerAsync(key, request)));
                return;
            }
        }

        TrySendControl(new PeerResponse(request.CorrelationId, $"{max} requests are in work, which is the most", default));
    }

    private async Task AnswerAsync(long key, PeerRequest request)
    {
        try
        {
            var body = await _mesh.Events.OnRequestAsync(Peer, request.Body, _ending.Token);
            Respond(new PeerResponse(request.CorrelationId, null, body));
        }
        catch (Exception e)
        {
            // Whatever went wrong, the asker is told; it must not wait for its timeout.
            Respond(new PeerResponse(request.CorrelationId, $"{e.GetType().Name}: {e.Message}", default));
        }
        finally
        {
            lock (_answersLock)
            {
                _answers.Remove(key);
            }
        }
    }

    private void Respond(PeerResponse response)
    {
        if (PeerFrameWriter.SizeBound(response) > _mesh.Options.PeerFrameBytesMax)
        {
            response = response with { Error = $"an answer of {response.Body.Length} bytes fits no frame", Body = default };
        }

        // Without room, or connection, the asker's timeout or the connection's end tells it.
        TrySendControl(response);
    }

    private async Task FinishAnswersAsync()
    {
        Task[] answers;
        lock (_answersLock)
        {
            answers = [.. _answers.Values];
        }

        await Task.WhenAll(answers);
    }
}
