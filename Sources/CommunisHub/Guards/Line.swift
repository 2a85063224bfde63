/// Elements in the order in which they came, of which some are taken back before their turn.
///
/// What was taken back stays in the memory until there is as much of it as of the rest, so that each
/// step costs the same however long the line is.
struct Line<Element> {
    private var elements: [Element] = []
    private var start = 0

    var isEmpty: Bool { start == elements.count }

    mutating func append(_ element: Element) { elements.append(element) }

    mutating func popFirst() -> Element? {
        guard start < elements.count else { return nil }
        let element = elements[start]
        start += 1
        if start >= 32, start * 2 >= elements.count {
            elements.removeFirst(start)
            start = 0
        }
        return element
    }

    /// The first that was not taken back.
    mutating func first(where isThere: (Element) -> Bool) -> Element? {
        while start < elements.count {
            if isThere(elements[start]) { return elements[start] }
            _ = popFirst()
        }
        return nil
    }

    /// Forgets what was taken back, where that is most of it.
    ///
    /// - Parameter count: how many were not.
    mutating func tidy(keeping count: Int, where isThere: (Element) -> Bool) {
        guard elements.count > 2 * count + 32 else { return }
        elements = elements[start...].filter(isThere)
        start = 0
    }
}
