import CommunisTestSupport
import NIOCore
import Synchronization
import Testing

@testable import CommunisHub

@Suite("Places for who comes")
struct FairPlacesTests {
    /// Calls back with the name of what loses its place.
    private final class Losses: Sendable {
        private let names = Mutex<[Int]>([])
        var all: [Int] { names.withLock { $0 } }
        func note(_ name: Int) { names.withLock { $0.append(name) } }
    }

    @Test("Whoever holds most loses the oldest; who holds one keeps it")
    func most() {
        let (places, losses) = (FairPlaces<String>(4), Losses())
        _ = places.enter("few") { losses.note(0) }
        for number in 1...3 { _ = places.enter("many") { losses.note(number) } }
        for number in 4...9 { _ = places.enter("many") { losses.note(number) } }
        #expect(losses.all == [1, 2, 3, 4, 5, 6])
        _ = places.enter("other") { losses.note(10) }
        #expect(losses.all.last == 7 && places.count == 4)
        // Two of the four are of one, then each has one: who has had one longest goes.
        _ = places.enter("third") { losses.note(11) }
        #expect(losses.all.last == 8)
        _ = places.enter("fourth") { losses.note(12) }
        #expect(losses.all.last == 0)
    }

    @Test("A place that was left is free, and is not lost once more")
    func left() {
        let (places, losses) = (FairPlaces<String>(2), Losses())
        let first = places.enter("a") { losses.note(1) }
        let second = places.enter("a") { losses.note(2) }
        places.leave(first)
        _ = places.enter("b") { losses.note(3) }
        #expect(losses.all.isEmpty)
        _ = places.enter("c") { losses.note(4) }
        #expect(losses.all == [2])
        places.leave(second)
        places.leave(first)
        #expect(places.count == 2)
    }

    /// One of those that hold a place, in the simplest way to say the rule.
    private struct Held {
        var name: Int
        var owner: Int
        var place: FairPlaces<Int>.Place
    }

    @Test("Any history of coming and going: who loses is who the rule says", arguments: 0..<40)
    func random(seed: UInt64) {
        var generator = SeededGenerator(seed: 4_000 + seed)
        let capacity = 1 + Int(generator.next() % 40)
        let owners = 1 + Int(generator.next() % 12)
        let (places, losses) = (FairPlaces<Int>(capacity), Losses())
        var held: [Held] = []
        var expected: [Int] = []
        for name in 0..<600 {
            if generator.next() % 3 == 0, !held.isEmpty {
                let index = Int(generator.next() % UInt64(held.count))
                places.leave(held.remove(at: index).place)
                continue
            }
            let owner = Int(generator.next() % UInt64(owners))
            let before = losses.all.count
            let place = places.enter(owner) { losses.note(name) }
            let counts = Dictionary(grouping: held, by: \.owner).mapValues(\.count)
            if held.count == capacity, let most = counts.values.max() {
                let lost = losses.all.last
                // Of one of those that hold most, its oldest.
                let oldest = counts.filter { $0.value == most }.keys
                    .map { owner in held.first { $0.owner == owner }!.name }
                #expect(losses.all.count == before + 1 && oldest.contains(lost ?? -1))
                held.removeAll { $0.name == lost }
                expected.append(lost ?? -1)
            }
            held.append(Held(name: name, owner: owner, place: place))
            #expect(places.count == held.count)
        }
        #expect(losses.all == expected)
    }

    @Test("An address of IPv6 is its first 64 bits, and one of IPv4 within IPv6 is that one")
    func addresses() throws {
        func address(_ text: String) throws -> CallerAddress {
            CallerAddress(try SocketAddress(ipAddress: text, port: 1))
        }
        #expect(try address("2001:db8::1") == address("2001:db8::ffff:0:2"))
        #expect(try address("2001:db8::1") != address("2001:db8:0:1::1"))
        #expect(try address("192.0.2.1") == address("::ffff:192.0.2.1"))
        #expect(try address("192.0.2.1") != address("192.0.2.2"))
        #expect(CallerAddress(nil) == .unknown)
    }
}
