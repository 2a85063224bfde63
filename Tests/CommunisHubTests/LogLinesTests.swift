import CommunisTestSupport
import Testing

@testable import CommunisHub

@Suite("Lines of the log about requests")
struct LogLinesTests {
    private let node = Sharer.node(TestBoards.key(8, 1).node)

    private func stranger(_ number: Int) -> Sharer { .address(.version4(UInt32(number))) }

    @Test("So many in a second for one, the rest is counted; the next second begins anew")
    func one() {
        let lines = LogLines(each: 5, strangers: 12)
        for _ in 0..<2 {
            #expect((0..<50).filter { _ in lines.admit(node) }.count == 5)
            #expect((0..<50).filter { _ in lines.admit(stranger(1)) }.count == 5)
            #expect(lines.turn() == .init(lines: 90, callers: 2))
        }
        #expect(lines.turn() == nil)
    }

    @Test("Strangers at many addresses have one share, and take none of a node's")
    func strangers() {
        let lines = LogLines(each: 5, strangers: 12)
        #expect((0..<300).filter { lines.admit(stranger($0)) }.count == 12)
        #expect((0..<5).filter { _ in lines.admit(node) }.count == 5)
        #expect(lines.turn() == .init(lines: 288, callers: 288))
    }
}
