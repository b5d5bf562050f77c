import Foundation
import River
import Testing

@Suite struct ElementaryTests {
    @Test func `the exponential agrees with the platform to a few units in the last place`() {
        for step in -6900...6900 {
            let x = Double(step) / 10
            let (own, platform) = (Elementary.exp(x), Foundation.exp(x))
            #expect((own - platform).magnitude <= 4e-15 * platform, "at \(x)")
        }
        #expect(Elementary.exp(0) == 1)
        #expect(Elementary.exp(800) == .infinity)
        #expect(Elementary.exp(-800) == 0)
    }

    @Test func `the logarithm agrees with the platform and undoes the exponential`() {
        var x = 1e-300
        while x < 1e300 {
            let (own, platform) = (Elementary.log(x), Foundation.log(x))
            #expect((own - platform).magnitude <= 1e-15 * max(1, platform.magnitude), "at \(x)")
            x *= 1.7
        }
        #expect(Elementary.log(1) == 0)
    }

    @Test func `powers and cube roots of exact numbers come out exact to 1e-14`() {
        #expect((Elementary.power(2, 10) - 1024).magnitude < 1e-11)
        #expect((Elementary.cubeRoot(27) - 3).magnitude < 1e-15)
        #expect(Elementary.cubeRoot(0) == 0)
        #expect(Elementary.power(0, 2) == 0)
    }

    @Test func `normal quantiles agree with printed tables`() {
        #expect((Elementary.normalQuantile(0.975) - 1.959963984540054).magnitude < 1e-8)
        #expect((Elementary.normalQuantile(0.05) + 1.6448536269514722).magnitude < 1e-8)
        #expect((Elementary.normalQuantile(0.001) + 3.090232306167813).magnitude < 1e-8)
        #expect(Elementary.normalQuantile(0.5).magnitude < 1e-15)
    }
}
