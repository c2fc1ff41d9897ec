namespace ClusterLog.Protocol.Messages;

/// <summary>The body of a request.</summary>
internal interface IRequest<TSelf> : IWireFields<TSelf>
    where TSelf : IRequest<TSelf>
{
    /// <summary>The number of the API.</summary>
    static abstract ApiKey Api { get; }

    /// <summary>The version of the API that <see cref="IWireFields{TSelf}.Write"/> writes.</summary>
    static abstract short Version { get; }
}

/// <summary>The body of a request, with the type of its response for callers that await one.</summary>
internal interface IRequest<TSelf, TResponse> : IRequest<TSelf>
    where TSelf : IRequest<TSelf, TResponse>
    where TResponse : IWireFields<TResponse>;
