/// The exponential and its kin for inner loops: constants instead of divisions, no branch, and in lanes the same bits as alone.
///
/// `Elementary.exp`, with which older results were made, keeps its own bits; the two differ in the last digit.
extension Elementary {
    private static let log2e = 0x1.71547652b82fep0
    /// 1.5 x 2^52: adding it rounds to a whole number, which then stands in the low bits.
    private static let rounder = 6_755_399_441_055_744.0
    private static let ln2Upper = 0x1.62e42fee00000p-1
    private static let ln2Lower = 0x1.a39ef35793c76p-33

    /// e to the power `x` for |x| <= 708; relative error below 5e-16. Beyond that range the call traps in debug builds.
    @inline(__always)
    static func quickExp(_ x: Double) -> Double {
        assert(x.magnitude <= 708, "quickExp takes -708...708")
        let shifted = x * log2e + rounder
        let power = shifted - rounder
        let r = (x - power * ln2Upper) - power * ln2Lower
        let r2 = r * r
        let r4 = r2 * r2
        let a = 0.5 + r * (1.0 / 6)
        let b = 1.0 / 24 + r * (1.0 / 120)
        let c = 1.0 / 720 + r * (1.0 / 5040)
        let d = 1.0 / 40320 + r * (1.0 / 362_880)
        let e = 1.0 / 3_628_800 + r * (1.0 / 39_916_800)
        let f = 1.0 / 479_001_600 + r * (1.0 / 6_227_020_800)
        let sum = (a + b * r2) + ((c + d * r2) + (e + f * r2) * r4) * r4
        let value = 1 + (r + r2 * sum)
        return value * Double(bitPattern: (shifted.bitPattern &+ 1023) &<< 52)
    }

    /// The same in four lanes, bit for bit.
    @inline(__always)
    static func quickExp(_ x: SIMD4<Double>) -> SIMD4<Double> {
        let shifted = x * log2e + rounder
        let power = shifted - rounder
        let r = (x - power * ln2Upper) - power * ln2Lower
        let r2 = r * r
        let r4 = r2 * r2
        let a = 0.5 + r * (1.0 / 6)
        let b = 1.0 / 24 + r * (1.0 / 120)
        let c = 1.0 / 720 + r * (1.0 / 5040)
        let d = 1.0 / 40320 + r * (1.0 / 362_880)
        let e = 1.0 / 3_628_800 + r * (1.0 / 39_916_800)
        let f = 1.0 / 479_001_600 + r * (1.0 / 6_227_020_800)
        let upper = (c + d * r2) + (e + f * r2) * r4
        let sum = (a + b * r2) + upper * r4
        let value = 1 + (r + r2 * sum)
        let bits = (unsafeBitCast(shifted, to: SIMD4<UInt64>.self) &+ 1023) &<< 52
        return value * unsafeBitCast(bits, to: SIMD4<Double>.self)
    }

    /// Natural logarithm of a normal number `x` > 0; error below 4e-16 relative to max(1, |ln x|).
    @inline(__always)
    static func quickLog(_ x: Double) -> Double {
        assert(x >= Double.leastNormalMagnitude && x.isFinite, "quickLog takes positive normal numbers")
        // The exponent is taken so that the mantissa lies in sqrt(1/2)...sqrt(2).
        let bits = x.bitPattern &- 0x3FE6_A09E_667F_3BCD
        let exponent = Double(Int64(bitPattern: bits) >> 52)
        let mantissa = Double(bitPattern: (bits & 0x000F_FFFF_FFFF_FFFF) &+ 0x3FE6_A09E_667F_3BCD)
        let s = (mantissa - 1) / (mantissa + 1)
        let z = s * s
        let z2 = z * z
        let z4 = z2 * z2
        let a = 1.0 / 3 + z * (1.0 / 5)
        let b = 1.0 / 7 + z * (1.0 / 9)
        let c = 1.0 / 11 + z * (1.0 / 13)
        let d = 1.0 / 15 + z * (1.0 / 17)
        let e = 1.0 / 19 + z * (1.0 / 21)
        let sum = (a + b * z2) + ((c + d * z2) + e * z4) * z4
        let twice = 2 * s
        return exponent * ln2Upper + (twice + (twice * z * sum + exponent * ln2Lower))
    }

    /// `base` to the power `exponent` for `base` >= 0, `exponent` > 0; zero for a base below 1e-300.
    @inline(__always)
    static func quickPower(_ base: Double, _ exponent: Double) -> Double {
        guard base > 1e-300 else { return 0 }
        let power = exponent * quickLog(base)
        return power < -700 ? 0 : quickExp(min(power, 700))
    }

    /// 1 - (1 + z)^(-1/4) of each lane, 0 <= z <= 0.0391, by its series; relative error below 4e-16. No digits are lost near zero.
    @inline(__always)
    static func quickFourthRootLoss(_ z: SIMD4<Double>) -> SIMD4<Double> {
        let z2 = z * z
        let z4 = z2 * z2
        let a = 0.25 + z * (-5.0 / 32)
        let b = 15.0 / 128 + z * (-195.0 / 2048)
        let c = 663.0 / 8192 + z * (-4641.0 / 65_536)
        let d = 16_575.0 / 262_144 + z * (-480_675.0 / 8_388_608)
        let e = 1_762_475.0 / 33_554_432 + z * (-13_042_315.0 / 268_435_456)
        let f = 48_612_265.0 / 1_073_741_824
        let upper = (c + d * z2) + (e + f * z2) * z4
        return z * ((a + b * z2) + upper * z4)
    }

    /// x^(-1/4) of each lane >= 1: `rough`, off by less than 1.1e-8, and the share by which it must grow, so that
    /// `rough + rough * growth` has a relative error below 5e-16 and the square root of it can begin before the growth is known.
    ///
    /// The start from the exponent is 3.2 % off at most; the series of (1 - h)^(-1/4) in what it misses, with the five coefficients that
    /// miss least for |h| < 0.1246, makes it rough, and one of Newton's steps gives the growth.
    @inline(__always)
    static func quickInverseFourthRoot(_ x: SIMD4<Double>) -> (rough: SIMD4<Double>, growth: SIMD4<Double>) {
        let start = 0x4FEB_0449_BA5E_3540 &- (unsafeBitCast(x, to: SIMD4<UInt64>.self) &>> 2)
        let y = unsafeBitCast(start, to: SIMD4<Double>.self)
        let y2 = y * y
        let h = 1 - x * (y2 * y2)
        let h2 = h * h
        let low = 0x1.000001ae88092p-2 + h * 0x1.3ffc1384a896ap-3
        let high = (0x1.dff16e17fdaf8p-4 + h * 0x1.8c5af1920428ep-4) + h2 * 0x1.52c4882a1310cp-4
        let rough = y + (y * h) * (low + h2 * high)
        let square = rough * rough
        return (rough, 0.25 - (0.25 * x) * (square * square))
    }
}
