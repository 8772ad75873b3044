import './style.css';

document.querySelector('#app')?.append('Admin console');
