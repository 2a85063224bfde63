import CommunisCore
import CommunisLog
import Testing

/// Contents that are nested as deep as a payload lets them be.
@Suite struct NestingTests {
    @Test("Groups in groups, a quarter of a million deep, are void", arguments: [1, 2, 5, 9, 12])
    func groups(_ kind: UInt16) throws {
        let deep = [UInt8](repeating: 0x7B, count: 250_000)
        let isSalted = Register.Kind(rawValue: kind)?.isSalted ?? false
        let slot = Slot(
            kind: kind, timestamp: HybridTimestamp(Milliseconds(unchecked: 1)), changeCount: 1,
            content: isSalted
                ? .salted(deep, salt: [UInt8](repeating: 1, count: Slot.saltByteCount))
                : .plain(deep))
        let sealed = SealedChangeset.seal([slot], board: nil, after: .start, with: NodeKey())
        guard case .void = try sealed.open(board: nil).judgement() else {
            Issue.record("not void")
            return
        }
    }
}
