// Adds to the sheets of the components, which are complete without it.
"use strict";
