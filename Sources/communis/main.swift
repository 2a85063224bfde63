print("hi")
import Foundation
print("É".decomposedStringWithCanonicalMapping.utf8.count)
