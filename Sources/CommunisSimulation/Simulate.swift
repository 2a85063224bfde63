import ArgumentParser
import CommunisTestSupport
import Dispatch
import Synchronization

/// Runs worlds of copies that break down and end equal, a seed each, on all cores.
@main
struct Simulate: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "CommunisSimulation")

    @Option(help: "How many seeds.")
    var seeds = 1_000

    @Option(help: "The first seed.")
    var from = 0

    @Option(help: "How many steps a seed.")
    var steps = 60

    @Option(help: "A fault to bring about: \(SimulatedFault.allCases.map(\.rawValue)).")
    var fault: String?

    func validate() throws {
        guard seeds > 0, from >= 0, steps > 0, from <= .max - seeds else {
            throw ValidationError("--seeds and --steps are 1 or more, --from 0 or more")
        }
        guard fault.map({ SimulatedFault(rawValue: $0) != nil }) ?? true else {
            throw ValidationError("--fault is one of \(SimulatedFault.allCases.map(\.rawValue))")
        }
    }

    func run() throws {
        let (seeds, from, steps) = (seeds, from, steps)
        let fault = fault.flatMap { SimulatedFault(rawValue: $0) }
        let state = Mutex((done: 0, failures: [String]()))
        DispatchQueue.concurrentPerform(iterations: seeds) { index in
            var failure: String?
            do {
                try Simulation.run(seed: from + index, fault: fault, steps: steps)
            } catch {
                failure = "\(error)"
                print(failure ?? "")
            }
            state.withLock { state in
                state.done += 1
                if let failure { state.failures.append(failure) }
                if state.done.isMultiple(of: 500) { print("\(state.done) of \(seeds) seeds") }
            }
        }
        let failures = state.withLock { $0.failures }
        print("\(seeds) seeds, \(failures.count) failed")
        if !failures.isEmpty { throw ExitCode.failure }
    }
}
