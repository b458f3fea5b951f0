"""The browser's side of riding: what every generated Playwright script carries below its journey.

Tandem never imports these modules to ride. :mod:`generators.standalone` puts their text into each
script, one after the other, so that a script runs on its own, and a change here is a change of the
script that was ridden.
"""
