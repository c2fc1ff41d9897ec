using ClusterLog.Storage.Wal;

namespace ClusterLog.Storage.Damage;

/// <summary>A data directory as it was found at start, and made fit for use.</summary>
/// <param name="Identity">Whose it is, with the id that it bears now.</param>
/// <param name="Wal">What the WAL holds, over what segments hold.</param>
/// <param name="Lost">The groups whose identity is lost.</param>
/// <param name="Found">How many groups lost it in this start.</param>
internal sealed record RecoveredDirectory(DirectoryIdentity Identity, WalRecoveryResult Wal, LostRecord Lost, int Found);
