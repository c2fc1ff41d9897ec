namespace ClusterLog.Broker.Hosting;

/// <summary>
/// The broker cannot go on, and what is wrong is mended by its next start: whoever hosts it does well to start it again.
/// </summary>
internal sealed class RestartNeededException(string message) : IOException(message);
