// All tests of the console in one process, which shares one browser: `cargo xtask console`.

import './tests/accessibility.js';
import './tests/bad_input.js';
import './tests/comparison.js';
import './tests/component_accessibility.js';
import './tests/component_boundaries.js';
import './tests/component_card.js';
import './tests/component_flow.js';
import './tests/component_jweixin.js';
import './tests/component_window.js';
import './tests/hostile.js';
import './tests/journey.js';
import './tests/screenshots.js';
