import CommunisCore
import CommunisLog
import Testing

/// Contents that are nested as deep as a payload lets them be.
@Suite struct NestingTests {
    @Test(
        "Groups in groups, a quarter of a million deep, are void, or refused in a closed kind",
        arguments: Register.Kind.allCases)
    func groups(_ kind: Register.Kind) throws {
        let deep = [UInt8](repeating: 0x7B, count: 250_000)
        #expect(try Outcome(of: Samples.slot(kind, deep)) == MessageCase.broken(kind))
    }
}
