import CommunisTestSupport
import Testing

/// Worlds of copies that break down in every way, and end equal. More by `scripts/simulate`.
@Suite struct SimulationTests {
    @Test("Whatever befalls the copies, nothing is lost and all end equal", arguments: 0..<300)
    func world(_ seed: Int) throws {
        try Simulation.run(seed: seed)
    }

    @Test("A fault of the store or of sync is found", arguments: SimulatedFault.allCases)
    func findsFaults(_ fault: SimulatedFault) {
        let found = (0..<200).contains { seed in
            do {
                try Simulation.run(seed: seed, fault: fault)
                return false
            } catch {
                // Only what was promised and not kept counts as found.
                return (error as? SimulationFailure)?.isPromise == true
            }
        }
        #expect(found)
    }
}
