/// TestKit.
