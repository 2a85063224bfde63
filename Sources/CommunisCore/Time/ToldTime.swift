/// What somebody else said the time is.
package struct ToldTime: Hashable, Sendable {
    /// What they said.
    package let moment: Milliseconds
    /// What this computer's clock said then.
    package let clock: Milliseconds

    package init(_ moment: Milliseconds, at clock: Milliseconds) {
        self.moment = moment
        self.clock = clock
    }

    /// How far this computer's clock is behind; negative if it is ahead.
    package var offset: Duration { moment.since(clock) }

    /// Whether the clocks differ by more than a node believes others: what is stamped by one is then
    /// parked by the other, or comes too late there.
    package var isDisagreement: Bool { offset.magnitude > Horizon.allowance }

    /// Whether this is another error of the clock than that one.
    package func differs(from other: ToldTime) -> Bool {
        (offset - other.offset).magnitude > Horizon.allowance
    }
}

extension Duration {
    package var magnitude: Duration { self < .zero ? .zero - self : self }
}
