export { ebsSource } from './ebs-source.js';
