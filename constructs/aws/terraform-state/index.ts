export { TerraformState } from './terraform-state.js';
