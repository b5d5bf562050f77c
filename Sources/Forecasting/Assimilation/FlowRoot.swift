extension Double {
    /// The root of a flow, of a negative one 0: the space in which errors of forecasts are taken, because they grow with the flow.
    var flowRoot: Double { max(0, self).squareRoot() }
}
